ALTER TABLE evaluations DROP COLUMN reopened;
DROP TABLE superseded_results;
CREATE TABLE objections_narrow (
    id BIGINT PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    bid_id BIGINT REFERENCES bids (id),
    anonymous BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    contact TEXT NOT NULL,
    content TEXT NOT NULL,
    code_digest TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('lodged', 'upheld', 'rejected')),
    followups TEXT NOT NULL,
    lodged_at TIMESTAMP NOT NULL,
    due_on DATE NOT NULL,
    answer TEXT,
    answered_by BIGINT,
    answered_at TIMESTAMP,
    version BIGINT NOT NULL
);
INSERT INTO objections_narrow (id, round_id, bid_id, anonymous, name, contact, content, code_digest, state, followups, lodged_at, due_on, answer, answered_by, answered_at, version)
    SELECT id, round_id, bid_id, anonymous, name, contact, content, code_digest, CASE state WHEN 'acknowledged' THEN 'lodged' ELSE state END, followups, lodged_at, due_on, answer, answered_by, answered_at, version FROM objections;
DROP TABLE objections;
ALTER TABLE objections_narrow RENAME TO objections;
CREATE INDEX objections_round ON objections (round_id, id);
