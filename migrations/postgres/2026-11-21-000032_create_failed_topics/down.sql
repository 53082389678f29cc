DROP TABLE joint_bids;
DROP TABLE failed_topics;
