-- Who begins a draft while they wait for consent to their organization's key reads it with their own.
ALTER TABLE bid_keys ADD COLUMN by_author BYTEA;
ALTER TABLE bid_keys ADD COLUMN author_id BIGINT REFERENCES users (id);
