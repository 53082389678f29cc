ALTER TABLE bid_keys DROP COLUMN author_id;
ALTER TABLE bid_keys DROP COLUMN by_author;
