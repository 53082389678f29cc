-- The number of voters as the supervisor counted it.
ALTER TABLE acceptances ADD COLUMN voters_confirmed_by BIGINT;
ALTER TABLE acceptances ADD COLUMN voters_confirmed_at TIMESTAMP;
