DROP INDEX users_sort_key;
ALTER TABLE users DROP COLUMN sort_key;
ALTER TABLE users DROP COLUMN reading;
