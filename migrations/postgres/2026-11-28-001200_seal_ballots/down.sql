DROP INDEX voting_codes_acceptance;
ALTER TABLE voting_codes ADD COLUMN used BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE ballot_boxes DROP COLUMN sealed;
ALTER TABLE ballot_boxes DROP COLUMN votes;
DROP TABLE code_issues;
DROP TABLE box_key_shares;
DROP TABLE box_keys;
CREATE INDEX voting_codes_acceptance ON voting_codes (acceptance_id, kind, used);
