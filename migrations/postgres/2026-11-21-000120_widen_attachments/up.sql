-- A score sheet filled in on paper has its scan.
CREATE TABLE attachments_widened (
    id BIGINT PRIMARY KEY NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('bid', 'step', 'decision', 'acceptance', 'sheet')),
    subject_id BIGINT NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    storage_key TEXT NOT NULL UNIQUE,
    uploaded_by BIGINT NOT NULL,
    uploaded_at TIMESTAMP NOT NULL,
    removed_at TIMESTAMP,
    file_key BYTEA,
    sealed_facts BYTEA
);
INSERT INTO attachments_widened (id, subject_kind, subject_id, organization_id, name, media_type, size, sha256, storage_key, uploaded_by, uploaded_at,
    removed_at, file_key, sealed_facts)
    SELECT id, subject_kind, subject_id, organization_id, name, media_type, size, sha256, storage_key, uploaded_by, uploaded_at,
    removed_at, file_key, sealed_facts FROM attachments;
DROP TABLE attachments;
ALTER TABLE attachments_widened RENAME TO attachments;
CREATE INDEX attachments_subject ON attachments (subject_kind, subject_id, id);
