-- Objections are acknowledged before they are answered.
CREATE TABLE objections_widened (
    id BIGINT PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    bid_id BIGINT REFERENCES bids (id),
    anonymous BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    contact TEXT NOT NULL,
    content TEXT NOT NULL,
    code_digest TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('lodged', 'acknowledged', 'upheld', 'rejected')),
    followups TEXT NOT NULL,
    lodged_at TIMESTAMP NOT NULL,
    due_on DATE NOT NULL,
    answer TEXT,
    answered_by BIGINT,
    answered_at TIMESTAMP,
    version BIGINT NOT NULL,
    acknowledged_by BIGINT,
    acknowledged_at TIMESTAMP,
    effect TEXT CHECK (effect IN ('void', 'rescore'))
);
INSERT INTO objections_widened (id, round_id, bid_id, anonymous, name, contact, content, code_digest, state, followups, lodged_at, due_on, answer, answered_by, answered_at, version)
    SELECT id, round_id, bid_id, anonymous, name, contact, content, code_digest, state, followups, lodged_at, due_on, answer, answered_by, answered_at, version FROM objections;
DROP TABLE objections;
ALTER TABLE objections_widened RENAME TO objections;
CREATE INDEX objections_round ON objections (round_id, id);
-- A result that an upheld objection took the place of, whole, with its decision.
CREATE TABLE superseded_results (
    id BIGINT PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    objection_id BIGINT NOT NULL REFERENCES objections (id),
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    computed_at TIMESTAMP NOT NULL,
    decision TEXT,
    reason TEXT NOT NULL,
    superseded_at TIMESTAMP NOT NULL
);
CREATE INDEX superseded_results_evaluation ON superseded_results (evaluation_id, id);
-- Bids that are marked again, JSON; none: all.
ALTER TABLE evaluations ADD COLUMN reopened TEXT;
