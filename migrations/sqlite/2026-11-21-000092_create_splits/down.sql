DROP TABLE topic_shares;
DROP TABLE topic_splits;
