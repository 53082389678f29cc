-- Score sheets that were filled in and signed on paper and entered by the office: what a sheet says now, or said once.
CREATE TABLE paper_sheets (
    id INTEGER PRIMARY KEY NOT NULL,
    sheet_id BIGINT NOT NULL REFERENCES score_sheets (id),
    version_id BIGINT REFERENCES sheet_versions (id),
    attachment_id BIGINT NOT NULL REFERENCES attachments (id),
    entered_by BIGINT NOT NULL REFERENCES users (id),
    entered_at TIMESTAMP NOT NULL,
    reason TEXT,
    confirmed_at TIMESTAMP
);
CREATE UNIQUE INDEX paper_sheets_now ON paper_sheets (sheet_id) WHERE version_id IS NULL;
CREATE INDEX paper_sheets_sheet ON paper_sheets (sheet_id, id);
CREATE INDEX paper_sheets_attachment ON paper_sheets (attachment_id);
