-- What a score sheet said before it was sent back or taken the place of.
CREATE TABLE sheet_versions (
    id BIGINT PRIMARY KEY NOT NULL,
    sheet_id BIGINT NOT NULL REFERENCES score_sheets (id),
    kind TEXT NOT NULL CHECK (kind IN ('reopened', 'corrected', 'disputed', 'replaced')),
    marks TEXT NOT NULL,
    total BIGINT NOT NULL,
    notes TEXT NOT NULL,
    submitted_at TIMESTAMP,
    reason TEXT NOT NULL,
    made_by BIGINT NOT NULL REFERENCES users (id),
    made_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    restored BOOLEAN NOT NULL
);
CREATE INDEX sheet_versions_sheet ON sheet_versions (sheet_id, id);
-- A result is also taken the place of when a sheet is reopened, without any objection.
CREATE TABLE superseded_results_freed (
    id BIGINT PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    objection_id BIGINT REFERENCES objections (id),
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    computed_at TIMESTAMP NOT NULL,
    decision TEXT,
    reason TEXT NOT NULL,
    superseded_at TIMESTAMP NOT NULL
);
INSERT INTO superseded_results_freed (id, evaluation_id, objection_id, body, digest, computed_at, decision, reason, superseded_at)
    SELECT id, evaluation_id, objection_id, body, digest, computed_at, decision, reason, superseded_at FROM superseded_results;
DROP TABLE superseded_results;
ALTER TABLE superseded_results_freed RENAME TO superseded_results;
CREATE INDEX superseded_results_evaluation ON superseded_results (evaluation_id, id);
