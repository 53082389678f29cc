-- 合力推进: one topic shared among several winners.
CREATE TABLE topic_splits (
    topic_id BIGINT PRIMARY KEY NOT NULL REFERENCES topics (id),
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'adopted', 'dropped', 'withdrawn')),
    proposed_by BIGINT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    settled_at TIMESTAMP,
    version BIGINT NOT NULL
);
CREATE INDEX topic_splits_round ON topic_splits (round_id, topic_id);
CREATE TABLE topic_shares (
    topic_id BIGINT NOT NULL REFERENCES topics (id),
    bid_id BIGINT NOT NULL REFERENCES bids (id),
    scope TEXT NOT NULL,
    budget BIGINT NOT NULL,
    PRIMARY KEY (topic_id, bid_id)
);
CREATE INDEX topic_shares_bid ON topic_shares (bid_id, topic_id);
