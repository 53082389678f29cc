-- What staff numbers and codes are known by, whatever their case. Of those that were told apart by case alone the first
-- keeps the key; a later one gets a key that nobody types, and `check` names it until it is changed.
ALTER TABLE organizations ADD COLUMN code_key TEXT NOT NULL DEFAULT '';
UPDATE organizations SET code_key = lower(code COLLATE "C");
UPDATE organizations SET code_key = code_key || '#' || CAST(id AS TEXT)
WHERE id NOT IN (SELECT MIN(id) FROM organizations GROUP BY code_key);
CREATE UNIQUE INDEX organizations_code_key ON organizations (code_key);
DROP INDEX organizations_code;
ALTER TABLE users ADD COLUMN staff_key TEXT NOT NULL DEFAULT '';
UPDATE users SET staff_key = lower(staff_number COLLATE "C");
UPDATE users SET staff_key = staff_key || '#' || CAST(id AS TEXT)
WHERE id NOT IN (SELECT MIN(id) FROM users GROUP BY staff_key);
CREATE UNIQUE INDEX users_staff_key ON users (staff_key);
DROP INDEX users_staff_number;
-- A code may be changed, too: what was written on a day goes by the code of its day.
ALTER TABLE former_names ADD COLUMN code TEXT NOT NULL DEFAULT '';
