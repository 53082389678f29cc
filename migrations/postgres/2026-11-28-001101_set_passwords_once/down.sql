ALTER TABLE sessions DROP COLUMN one_time;
DROP TABLE set_passwords;
