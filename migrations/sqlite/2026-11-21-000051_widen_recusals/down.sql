DROP TABLE recusal_lifts;
CREATE TABLE recusals_narrow (
    id INTEGER PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    topic_id BIGINT NOT NULL REFERENCES topics (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    cause TEXT NOT NULL CHECK (cause IN ('own_organization', 'declared')),
    reason TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
INSERT INTO recusals_narrow (id, evaluation_id, topic_id, user_id, cause, reason, at)
    SELECT id, evaluation_id, topic_id, user_id, CASE cause WHEN 'own_organization' THEN cause ELSE 'declared' END, reason, at
    FROM recusals WHERE lifted_at IS NULL;
DROP TABLE recusals;
ALTER TABLE recusals_narrow RENAME TO recusals;
CREATE UNIQUE INDEX recusals_user ON recusals (evaluation_id, user_id, topic_id);
