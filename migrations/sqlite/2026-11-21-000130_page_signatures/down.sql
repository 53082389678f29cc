DROP TABLE similar_parts;
DROP TABLE similar_signings;
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
