-- Objections are acknowledged before they are answered.
ALTER TABLE objections DROP CONSTRAINT objections_state_check;
ALTER TABLE objections ADD CONSTRAINT objections_state_check CHECK (state IN ('lodged', 'acknowledged', 'upheld', 'rejected'));
ALTER TABLE objections ADD COLUMN acknowledged_by BIGINT;
ALTER TABLE objections ADD COLUMN acknowledged_at TIMESTAMP;
ALTER TABLE objections ADD COLUMN effect TEXT CHECK (effect IN ('void', 'rescore'));
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
