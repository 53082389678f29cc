ALTER TABLE former_names DROP COLUMN code;
CREATE UNIQUE INDEX users_staff_number ON users (staff_number);
DROP INDEX users_staff_key;
ALTER TABLE users DROP COLUMN staff_key;
CREATE UNIQUE INDEX organizations_code ON organizations (code);
DROP INDEX organizations_code_key;
ALTER TABLE organizations DROP COLUMN code_key;
