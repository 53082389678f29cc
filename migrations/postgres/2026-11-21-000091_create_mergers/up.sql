-- 联合攻关: opened bids that go on as one, once all whom it concerns agree.
CREATE TABLE mergers (
    id BIGINT PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    lead_bid_id BIGINT NOT NULL REFERENCES bids (id),
    statement TEXT NOT NULL,
    reason TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'merged', 'declined', 'withdrawn')),
    ended_reason TEXT,
    proposed_by BIGINT NOT NULL,
    proposed_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    version BIGINT NOT NULL
);
CREATE INDEX mergers_round ON mergers (round_id, id);
CREATE TABLE merger_bids (
    merger_id BIGINT NOT NULL REFERENCES mergers (id),
    bid_id BIGINT NOT NULL REFERENCES bids (id),
    topic_id BIGINT NOT NULL REFERENCES topics (id),
    answer TEXT CHECK (answer IN ('agreed', 'declined')),
    reason TEXT,
    answered_by BIGINT,
    answered_at TIMESTAMP,
    PRIMARY KEY (merger_id, bid_id)
);
CREATE INDEX merger_bids_bid ON merger_bids (bid_id, merger_id);
