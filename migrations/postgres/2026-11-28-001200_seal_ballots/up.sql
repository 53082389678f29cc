-- The key that an acceptance's votes are sealed to, and who opens its boxes.
CREATE TABLE box_keys (
    id BIGINT PRIMARY KEY NOT NULL,
    acceptance_id BIGINT NOT NULL UNIQUE REFERENCES acceptances (id),
    public_key BYTEA NOT NULL,
    threshold BIGINT NOT NULL,
    made_at TIMESTAMP NOT NULL
);
CREATE TABLE box_key_shares (
    id BIGINT PRIMARY KEY NOT NULL,
    key_id BIGINT NOT NULL REFERENCES box_keys (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    seat TEXT NOT NULL CHECK (seat IN ('office', 'supervisor', 'chair')),
    holder_key BYTEA NOT NULL,
    sealed_share BYTEA NOT NULL,
    given_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX box_key_shares_held ON box_key_shares (key_id, user_id);
CREATE INDEX box_key_shares_user ON box_key_shares (user_id, key_id);
-- Every time codes were handed out or ended, and how many.
CREATE TABLE code_issues (
    acceptance_id BIGINT NOT NULL REFERENCES acceptances (id),
    kind TEXT NOT NULL CHECK (kind IN ('ballot', 'questionnaire')),
    nth BIGINT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('issued', 'voided', 'unused')),
    count BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (acceptance_id, kind, nth)
);
INSERT INTO code_issues
    SELECT v.acceptance_id, v.kind, 1, 'issued', COUNT(*), MIN(a.opened_at)
    FROM voting_codes v JOIN acceptances a ON a.id = v.acceptance_id GROUP BY v.acceptance_id, v.kind;
INSERT INTO code_issues
    SELECT v.acceptance_id, v.kind, 2, 'voided', COUNT(*), MIN(a.opened_at)
    FROM voting_codes v JOIN acceptances a ON a.id = v.acceptance_id WHERE v.voided GROUP BY v.acceptance_id, v.kind;
-- What was kept of a code of old times can be tried out: those not used are void, and others are handed out.
INSERT INTO code_issues
    SELECT v.acceptance_id, v.kind, 3, CASE WHEN MIN(a.state) = 'open' THEN 'voided' ELSE 'unused' END, COUNT(*), MIN(a.opened_at)
    FROM voting_codes v JOIN acceptances a ON a.id = v.acceptance_id
    WHERE NOT v.voided AND NOT v.used GROUP BY v.acceptance_id, v.kind;
-- What lies in a running box, wholly rewritten with each vote, and how many votes.
ALTER TABLE ballot_boxes ADD COLUMN votes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE ballot_boxes ADD COLUMN sealed BYTEA;
UPDATE ballot_boxes SET votes = (SELECT COUNT(*) FROM voting_codes v
    WHERE v.acceptance_id = ballot_boxes.acceptance_id AND v.kind = ballot_boxes.kind AND v.used);
UPDATE voting_codes SET voided = TRUE;
DROP INDEX voting_codes_acceptance;
ALTER TABLE voting_codes DROP COLUMN used;
CREATE INDEX voting_codes_acceptance ON voting_codes (acceptance_id, kind, voided);
