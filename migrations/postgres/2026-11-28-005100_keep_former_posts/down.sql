ALTER TABLE users DROP COLUMN mail;
ALTER TABLE users DROP COLUMN phone;
DROP TABLE former_people;
