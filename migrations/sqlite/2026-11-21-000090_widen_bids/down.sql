CREATE TABLE bids_narrow (
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
INSERT INTO bids_narrow (id, round_id, organization_id, state, draft, draft_revision, draft_saved_at, sealed, digest, receipt,
    submitted_at, submitted_by, withdrawn_at, void_reason, topic_id, title, leader_name, budget_total, version,
    created_by, created_at, updated_at)
    SELECT id, round_id, organization_id, CASE state WHEN 'merged' THEN 'opened' ELSE state END, draft, draft_revision, draft_saved_at, sealed, digest, receipt,
    submitted_at, submitted_by, withdrawn_at, void_reason, topic_id, title, leader_name, budget_total, version,
    created_by, created_at, updated_at FROM bids;
DROP TABLE bids;
ALTER TABLE bids_narrow RENAME TO bids;
CREATE INDEX bids_round ON bids (round_id, id);
CREATE INDEX bids_round_state ON bids (round_id, state, id);
CREATE INDEX bids_topic ON bids (topic_id, id);
CREATE INDEX bids_organization ON bids (organization_id, id);
CREATE INDEX bids_round_organization ON bids (round_id, organization_id, id);
