CREATE TABLE user_keys (
    user_id BIGINT PRIMARY KEY NOT NULL REFERENCES users (id),
    public_key BYTEA NOT NULL,
    locked_key BYTEA NOT NULL,
    salt BYTEA NOT NULL,
    cost TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL
);
CREATE TABLE organization_keys (
    id BIGINT PRIMARY KEY NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    public_key BYTEA NOT NULL,
    made_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP
);
CREATE UNIQUE INDEX organization_keys_current ON organization_keys (organization_id) WHERE retired_at IS NULL;
CREATE TABLE organization_key_grants (
    id BIGINT PRIMARY KEY NOT NULL,
    key_id BIGINT NOT NULL REFERENCES organization_keys (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    sealed_key BYTEA NOT NULL,
    granted_by BIGINT,
    granted_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE UNIQUE INDEX organization_key_grants_held ON organization_key_grants (key_id, user_id) WHERE ended_at IS NULL;
CREATE INDEX organization_key_grants_user ON organization_key_grants (user_id, key_id);
CREATE TABLE round_keys (
    id BIGINT PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    public_key BYTEA NOT NULL,
    threshold BIGINT NOT NULL,
    reason TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP
);
CREATE UNIQUE INDEX round_keys_current ON round_keys (round_id) WHERE retired_at IS NULL;
CREATE INDEX round_keys_round ON round_keys (round_id, id);
CREATE TABLE round_key_shares (
    id BIGINT PRIMARY KEY NOT NULL,
    key_id BIGINT NOT NULL REFERENCES round_keys (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    seat TEXT NOT NULL CHECK (seat IN ('office', 'supervisor', 'chair')),
    holder_key BYTEA NOT NULL,
    sealed_share BYTEA NOT NULL,
    given_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP
);
CREATE UNIQUE INDEX round_key_shares_held ON round_key_shares (key_id, user_id) WHERE retired_at IS NULL;
CREATE INDEX round_key_shares_user ON round_key_shares (user_id, key_id);
CREATE TABLE bid_keys (
    bid_id BIGINT PRIMARY KEY NOT NULL REFERENCES bids (id),
    by_server BYTEA,
    by_round BYTEA,
    round_key_id BIGINT REFERENCES round_keys (id),
    by_organization BYTEA,
    organization_key_id BIGINT REFERENCES organization_keys (id)
);
CREATE INDEX bid_keys_round ON bid_keys (round_key_id, bid_id);
ALTER TABLE sessions ADD COLUMN locked_key BYTEA;
ALTER TABLE attachments ADD COLUMN file_key BYTEA;
ALTER TABLE attachments ADD COLUMN sealed_facts BYTEA;
