-- Which round another one was made from: last year's, or the one whose failed topics it takes up again.
CREATE TABLE round_origins (
    round_id INTEGER PRIMARY KEY NOT NULL REFERENCES rounds (id),
    origin_id BIGINT NOT NULL REFERENCES rounds (id),
    kind TEXT NOT NULL CHECK (kind IN ('copy', 'supplement'))
);
CREATE INDEX round_origins_origin ON round_origins (origin_id, round_id);
