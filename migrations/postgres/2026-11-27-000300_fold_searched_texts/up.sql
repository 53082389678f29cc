-- What is searched, folded as the question is. Texts of before are folded by the program that runs this migration.
ALTER TABLE organizations ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE sites ADD COLUMN folded TEXT NOT NULL DEFAULT '';
ALTER TABLE announcements ADD COLUMN folded TEXT NOT NULL DEFAULT '';
