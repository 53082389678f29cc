CREATE TABLE similar_signatures (
    bid_id INTEGER PRIMARY KEY NOT NULL REFERENCES bids (id),
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    signature BLOB NOT NULL,
    grams BIGINT NOT NULL,
    made_at TIMESTAMP NOT NULL
);
CREATE INDEX similar_signatures_round ON similar_signatures (round_id, bid_id);
CREATE INDEX similar_signatures_committee ON similar_signatures (committee_id, round_id, bid_id);
CREATE TABLE similar_searches (
    round_id INTEGER PRIMARY KEY NOT NULL REFERENCES rounds (id),
    bids BIGINT NOT NULL,
    earlier BIGINT NOT NULL,
    pairs BIGINT NOT NULL,
    common BLOB NOT NULL,
    searched_by BIGINT NOT NULL,
    searched_at TIMESTAMP NOT NULL
);
CREATE TABLE similar_pairs (
    id INTEGER PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    position BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('same_round', 'earlier')),
    bid_id BIGINT NOT NULL REFERENCES bids (id),
    other_id BIGINT NOT NULL REFERENCES bids (id),
    topic_id BIGINT,
    other_topic_id BIGINT,
    jaccard BIGINT NOT NULL,
    contained BIGINT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('pending', 'merging', 'merged', 'split', 'dismissed')),
    reason TEXT NOT NULL,
    decided_by BIGINT,
    decided_at TIMESTAMP,
    version BIGINT NOT NULL,
    found_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX similar_pairs_position ON similar_pairs (round_id, position);
CREATE UNIQUE INDEX similar_pairs_bids ON similar_pairs (bid_id, other_id);
