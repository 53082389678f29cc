ALTER TABLE announcements DROP COLUMN folded;
ALTER TABLE sites DROP COLUMN folded;
ALTER TABLE cases DROP COLUMN folded;
ALTER TABLE users DROP COLUMN folded;
ALTER TABLE organizations DROP COLUMN folded;
