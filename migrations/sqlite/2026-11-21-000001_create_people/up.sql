CREATE TABLE organizations (
    id INTEGER PRIMARY KEY NOT NULL,
    parent_id BIGINT REFERENCES organizations (id),
    committee_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('committee', 'general_branch', 'branch', 'group')),
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    code TEXT NOT NULL,
    position BIGINT NOT NULL,
    path TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX organizations_code ON organizations (code);
CREATE UNIQUE INDEX organizations_path ON organizations (path);
CREATE INDEX organizations_parent ON organizations (parent_id, position);
CREATE TABLE users (
    id INTEGER PRIMARY KEY NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    staff_number TEXT NOT NULL,
    username TEXT,
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    password_hash TEXT,
    demo BOOLEAN NOT NULL,
    disabled BOOLEAN NOT NULL,
    failed_logins BIGINT NOT NULL,
    locked_until TIMESTAMP,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX users_staff_number ON users (staff_number);
CREATE UNIQUE INDEX users_username ON users (username);
CREATE INDEX users_organization ON users (organization_id, id);
CREATE TABLE user_roles (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('applicant', 'branch_secretary', 'reviewer', 'office', 'committee_secretary', 'supervisor', 'system_admin', 'security_admin', 'audit_admin')),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    granted_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP
);
CREATE UNIQUE INDEX user_roles_held ON user_roles (user_id, role, organization_id) WHERE revoked_at IS NULL;
CREATE INDEX user_roles_organization ON user_roles (organization_id, role) WHERE revoked_at IS NULL;
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL CHECK (kind IN ('page', 'api')),
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP
);
CREATE INDEX sessions_user ON sessions (user_id, id);
CREATE TABLE idempotency_keys (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX idempotency_keys_key ON idempotency_keys (user_id, idempotency_key);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);
CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);
CREATE TABLE public_version (
    id INTEGER PRIMARY KEY NOT NULL,
    version BIGINT NOT NULL
);
INSERT INTO public_version (id, version) VALUES (1, 1);
CREATE TABLE holidays (
    day DATE PRIMARY KEY NOT NULL,
    working BOOLEAN NOT NULL,
    name TEXT NOT NULL
);
