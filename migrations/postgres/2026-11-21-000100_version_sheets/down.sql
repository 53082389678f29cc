CREATE TABLE superseded_results_bound (
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
INSERT INTO superseded_results_bound (id, evaluation_id, objection_id, body, digest, computed_at, decision, reason, superseded_at)
    SELECT id, evaluation_id, objection_id, body, digest, computed_at, decision, reason, superseded_at FROM superseded_results WHERE objection_id IS NOT NULL;
DROP TABLE superseded_results;
ALTER TABLE superseded_results_bound RENAME TO superseded_results;
CREATE INDEX superseded_results_evaluation ON superseded_results (evaluation_id, id);
DROP TABLE sheet_versions;
