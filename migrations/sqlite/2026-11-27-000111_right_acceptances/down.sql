ALTER TABLE steps DROP COLUMN first_submitted_at;
ALTER TABLE voting_codes DROP COLUMN voided;
DROP TABLE acceptance_notes;
