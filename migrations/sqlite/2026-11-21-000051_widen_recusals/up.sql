CREATE TABLE recusals_widened (
    id INTEGER PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    topic_id BIGINT NOT NULL REFERENCES topics (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    cause TEXT NOT NULL CHECK (cause IN ('own_organization', 'post', 'relation', 'tie', 'declared')),
    reason TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    lifted_at TIMESTAMP
);
INSERT INTO recusals_widened (id, evaluation_id, topic_id, user_id, cause, reason, at)
    SELECT id, evaluation_id, topic_id, user_id, cause, reason, at FROM recusals;
DROP TABLE recusals;
ALTER TABLE recusals_widened RENAME TO recusals;
CREATE UNIQUE INDEX recusals_user ON recusals (evaluation_id, user_id, topic_id) WHERE lifted_at IS NULL;
CREATE TABLE recusal_lifts (
    id INTEGER PRIMARY KEY NOT NULL,
    recusal_id BIGINT NOT NULL REFERENCES recusals (id),
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'confirmed', 'refused')),
    proposed_by BIGINT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    answered_by BIGINT,
    answered_at TIMESTAMP,
    answer TEXT
);
CREATE UNIQUE INDEX recusal_lifts_pending ON recusal_lifts (recusal_id) WHERE state = 'proposed';
CREATE INDEX recusal_lifts_recusal ON recusal_lifts (recusal_id, id);
