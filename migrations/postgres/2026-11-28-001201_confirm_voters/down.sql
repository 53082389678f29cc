ALTER TABLE acceptances DROP COLUMN voters_confirmed_at;
ALTER TABLE acceptances DROP COLUMN voters_confirmed_by;
