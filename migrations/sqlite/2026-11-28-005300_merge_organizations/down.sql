DROP INDEX organizations_successor;
ALTER TABLE organizations DROP COLUMN successor_id;
