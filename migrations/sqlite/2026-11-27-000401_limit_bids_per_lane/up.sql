-- Rounds of before had no limit.
ALTER TABLE rounds ADD COLUMN bids_per_lane BIGINT NOT NULL DEFAULT 99;
