-- 流标: a topic with too few valid bids, and what was decided on it.
CREATE TABLE failed_topics (
    topic_id INTEGER PRIMARY KEY NOT NULL REFERENCES topics (id),
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    failed_at TIMESTAMP NOT NULL,
    valid_bids BIGINT NOT NULL,
    decision TEXT CHECK (decision IN ('reopen', 'joint', 'close')),
    reason TEXT,
    decided_by BIGINT,
    decided_at TIMESTAMP,
    next_round_id BIGINT REFERENCES rounds (id),
    joint_lead_id BIGINT REFERENCES bids (id),
    agreed_at TIMESTAMP
);
CREATE INDEX failed_topics_round ON failed_topics (round_id, topic_id);
-- 联合攻关: the bids of a failed topic that are asked to go on as one.
CREATE TABLE joint_bids (
    bid_id INTEGER PRIMARY KEY NOT NULL REFERENCES bids (id),
    topic_id BIGINT NOT NULL REFERENCES topics (id),
    answer TEXT CHECK (answer IN ('agreed', 'declined')),
    answered_by BIGINT,
    answered_at TIMESTAMP
);
CREATE INDEX joint_bids_topic ON joint_bids (topic_id, bid_id);
