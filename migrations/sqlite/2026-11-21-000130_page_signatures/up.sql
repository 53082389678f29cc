-- A signature no longer depends on the other bids of its round, and many lie in one row. The old ones are made anew by
-- the next search.
DROP TABLE similar_signatures;
CREATE TABLE similar_signings (
    round_id INTEGER PRIMARY KEY NOT NULL REFERENCES rounds (id),
    signing_id BIGINT NOT NULL,
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    bids BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    digest TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL
);
CREATE INDEX similar_signings_committee ON similar_signings (committee_id);
CREATE TABLE similar_parts (
    signing_id BIGINT NOT NULL,
    part BIGINT NOT NULL,
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    signatures BLOB NOT NULL,
    PRIMARY KEY (signing_id, part)
);
CREATE INDEX similar_parts_round ON similar_parts (round_id);
