DROP TABLE attachments;
DROP TABLE bid_revisions;
DROP TABLE bids;
