ALTER TABLE attachments DROP COLUMN discarded_at;
ALTER TABLE attachments DROP COLUMN removed_in;
ALTER TABLE attachments DROP COLUMN added_in;
ALTER TABLE bid_revisions DROP COLUMN submitted_at;
ALTER TABLE bids DROP COLUMN submitted_revision;
