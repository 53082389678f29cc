CREATE TABLE declarations (
    id INTEGER PRIMARY KEY NOT NULL,
    member_id BIGINT NOT NULL REFERENCES panel_members (id),
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    text_version BIGINT NOT NULL,
    text_digest TEXT NOT NULL,
    ties TEXT NOT NULL,
    digest TEXT NOT NULL,
    signed_at TIMESTAMP NOT NULL
);
CREATE INDEX declarations_evaluation ON declarations (evaluation_id, user_id, id);
