CREATE TABLE bids (
    id INTEGER PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'withdrawn', 'void', 'opened')),
    draft BLOB NOT NULL,
    draft_revision BIGINT NOT NULL,
    draft_saved_at TIMESTAMP NOT NULL,
    sealed BLOB,
    digest TEXT,
    receipt TEXT,
    submitted_at TIMESTAMP,
    submitted_by BIGINT,
    withdrawn_at TIMESTAMP,
    void_reason TEXT,
    topic_id BIGINT REFERENCES topics (id),
    title TEXT,
    leader_name TEXT,
    budget_total BIGINT,
    version BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX bids_round ON bids (round_id, id);
CREATE INDEX bids_round_state ON bids (round_id, state, id);
CREATE INDEX bids_topic ON bids (topic_id, id);
CREATE INDEX bids_organization ON bids (organization_id, id);
CREATE INDEX bids_round_organization ON bids (round_id, organization_id, id);
CREATE TABLE bid_revisions (
    id INTEGER PRIMARY KEY NOT NULL,
    bid_id BIGINT NOT NULL REFERENCES bids (id),
    revision BIGINT NOT NULL,
    content BLOB NOT NULL,
    saved_by BIGINT NOT NULL,
    saved_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX bid_revisions_revision ON bid_revisions (bid_id, revision);
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY NOT NULL,
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('bid', 'step', 'decision', 'acceptance')),
    subject_id BIGINT NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    storage_key TEXT NOT NULL UNIQUE,
    uploaded_by BIGINT NOT NULL,
    uploaded_at TIMESTAMP NOT NULL,
    removed_at TIMESTAMP
);
CREATE INDEX attachments_subject ON attachments (subject_kind, subject_id, id);
