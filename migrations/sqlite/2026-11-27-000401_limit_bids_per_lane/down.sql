ALTER TABLE rounds DROP COLUMN bids_per_lane;
