DROP TABLE merger_bids;
DROP TABLE mergers;
