CREATE TABLE contracts (
    id INTEGER PRIMARY KEY NOT NULL,
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    bid_id BIGINT NOT NULL UNIQUE REFERENCES bids (id),
    year BIGINT NOT NULL,
    serial BIGINT NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'signed_by_b', 'in_force', 'terminated', 'fulfilled')),
    content TEXT NOT NULL,
    digest TEXT NOT NULL,
    content_version BIGINT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    terminate_reason TEXT,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX contracts_serial ON contracts (committee_id, year, serial);
CREATE INDEX contracts_committee ON contracts (committee_id, id);
CREATE INDEX contracts_organization ON contracts (organization_id, id);
CREATE INDEX contracts_round ON contracts (round_id, id);
CREATE TABLE contract_serials (
    id INTEGER PRIMARY KEY NOT NULL,
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    year BIGINT NOT NULL,
    last BIGINT NOT NULL
);
CREATE UNIQUE INDEX contract_serials_year ON contract_serials (committee_id, year);
CREATE TABLE contract_versions (
    id INTEGER PRIMARY KEY NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts (id),
    content_version BIGINT NOT NULL,
    content TEXT NOT NULL,
    digest TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_by BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX contract_versions_version ON contract_versions (contract_id, content_version);
CREATE TABLE signatures (
    id INTEGER PRIMARY KEY NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES contracts (id),
    content_version BIGINT NOT NULL,
    party TEXT NOT NULL CHECK (party IN ('a', 'b')),
    user_id BIGINT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    digest TEXT NOT NULL,
    signed_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX signatures_party ON signatures (contract_id, content_version, party);
CREATE TABLE projects (
    id INTEGER PRIMARY KEY NOT NULL,
    contract_id BIGINT NOT NULL UNIQUE REFERENCES contracts (id),
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'accepted', 'rectifying', 'completed', 'terminated')),
    current_step TEXT NOT NULL,
    step_due DATE,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    grade TEXT CHECK (grade IN ('excellent', 'good', 'qualified', 'unqualified')),
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX projects_committee ON projects (committee_id, id);
CREATE INDEX projects_organization ON projects (organization_id, id);
CREATE INDEX projects_due ON projects (committee_id, state, step_due);
CREATE TABLE steps (
    id INTEGER PRIMARY KEY NOT NULL,
    project_id BIGINT NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL CHECK (kind IN ('initiation', 'breakdown', 'research_practice', 'control', 'acceptance', 'promotion')),
    position BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'open', 'submitted', 'returned', 'passed')),
    work TEXT NOT NULL,
    responsible TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    evidence TEXT NOT NULL,
    return_reason TEXT,
    submitted_at TIMESTAMP,
    submitted_by BIGINT,
    passed_at TIMESTAMP,
    passed_by BIGINT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX steps_kind ON steps (project_id, kind);
