CREATE TABLE assignment_modes (
    id BIGINT PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    per_bid BIGINT NOT NULL,
    seed TEXT,
    digest TEXT,
    assigned_at TIMESTAMP
);
CREATE UNIQUE INDEX assignment_modes_evaluation ON assignment_modes (evaluation_id);
CREATE TABLE assignments (
    id BIGINT PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    bid_id BIGINT NOT NULL REFERENCES bids (id),
    user_id BIGINT NOT NULL REFERENCES users (id)
);
CREATE UNIQUE INDEX assignments_user ON assignments (evaluation_id, user_id, bid_id);
CREATE INDEX assignments_bid ON assignments (bid_id, user_id);
