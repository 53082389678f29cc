CREATE TABLE organizations_widened (
    id INTEGER PRIMARY KEY NOT NULL,
    parent_id BIGINT REFERENCES organizations (id),
    committee_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('committee', 'general_branch', 'branch', 'group', 'department', 'union', 'youth')),
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    code TEXT NOT NULL,
    position BIGINT NOT NULL,
    path TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    folded TEXT NOT NULL DEFAULT '',
    code_key TEXT NOT NULL DEFAULT ''
);
INSERT INTO organizations_widened (id, parent_id, committee_id, kind, name, short_name, code, position, path, disabled, version, created_at, updated_at,
    folded, code_key)
    SELECT id, parent_id, committee_id, kind, name, short_name, code, position, path, disabled, version, created_at, updated_at,
    folded, code_key FROM organizations;
DROP TABLE organizations;
ALTER TABLE organizations_widened RENAME TO organizations;
CREATE UNIQUE INDEX organizations_path ON organizations (path);
CREATE INDEX organizations_parent ON organizations (parent_id, position);
CREATE INDEX organizations_able ON organizations (path, disabled);
CREATE UNIQUE INDEX organizations_code_key ON organizations (code_key);
