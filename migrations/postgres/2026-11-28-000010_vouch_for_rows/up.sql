-- A salt and the digest of the rows it left are part of an event's digest; events of before have neither.
ALTER TABLE audit_events ADD COLUMN salt TEXT;
ALTER TABLE audit_events ADD COLUMN left_digest TEXT;
-- The digest under a key of the server's secret.
ALTER TABLE audit_events ADD COLUMN seal TEXT;
-- Each row that an event left behind, in one line: what it was made or changed into, or that it was removed.
CREATE TABLE audit_rows (
    table_name TEXT NOT NULL,
    row_key TEXT NOT NULL,
    nth BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    digest TEXT,
    PRIMARY KEY (table_name, row_key, nth)
);
CREATE INDEX audit_rows_event ON audit_rows (event_id);
