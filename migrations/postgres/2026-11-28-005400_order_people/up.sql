-- How a name is read where its letters alone do not tell, and what lists are ordered by. The program that runs this
-- migration fills the latter.
ALTER TABLE users ADD COLUMN reading TEXT;
ALTER TABLE users ADD COLUMN sort_key TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX users_sort_key ON users (sort_key, id);
