-- The fairness report of each result as it was computed; kept for good, the newest is the one that stands.
CREATE TABLE fairness_reports (
    id BIGINT PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    result_digest TEXT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    computed_at TIMESTAMP NOT NULL
);
CREATE INDEX fairness_reports_evaluation ON fairness_reports (evaluation_id, id);
-- What lay before whoever decided.
ALTER TABLE decisions ADD COLUMN fairness_digest TEXT;
