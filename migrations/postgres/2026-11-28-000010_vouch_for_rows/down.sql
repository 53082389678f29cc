DROP TABLE audit_rows;
ALTER TABLE audit_events DROP COLUMN seal;
ALTER TABLE audit_events DROP COLUMN left_digest;
ALTER TABLE audit_events DROP COLUMN salt;
