CREATE TABLE acceptances (
    id BIGINT PRIMARY KEY NOT NULL,
    project_id BIGINT NOT NULL REFERENCES projects (id),
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    evaluation_id BIGINT NOT NULL UNIQUE REFERENCES evaluations (id),
    attempt BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'decided')),
    onsite_weight BIGINT NOT NULL,
    questionnaire_weight BIGINT NOT NULL,
    appraisal_weight BIGINT NOT NULL,
    process_weight BIGINT NOT NULL,
    eligible_voters BIGINT NOT NULL,
    minimum_turnout BIGINT NOT NULL,
    minimum_answers BIGINT NOT NULL,
    onsite_score BIGINT,
    questionnaire_score BIGINT,
    appraisal_score BIGINT,
    process_score BIGINT,
    total BIGINT,
    grade TEXT CHECK (grade IN ('excellent', 'good', 'qualified', 'unqualified')),
    decision_note TEXT,
    certificate TEXT UNIQUE,
    opened_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    decided_at TIMESTAMP,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX acceptances_attempt ON acceptances (project_id, attempt);
CREATE TABLE questions (
    id BIGINT PRIMARY KEY NOT NULL,
    acceptance_id BIGINT NOT NULL REFERENCES acceptances (id),
    position BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('single', 'multiple', 'likert', 'text')),
    body TEXT NOT NULL,
    options TEXT NOT NULL
);
CREATE INDEX questions_acceptance ON questions (acceptance_id, position);
CREATE TABLE voting_codes (
    code_digest TEXT PRIMARY KEY NOT NULL,
    acceptance_id BIGINT NOT NULL REFERENCES acceptances (id),
    kind TEXT NOT NULL CHECK (kind IN ('ballot', 'questionnaire')),
    used BOOLEAN NOT NULL
);
CREATE INDEX voting_codes_acceptance ON voting_codes (acceptance_id, kind, used);
CREATE TABLE ballot_boxes (
    id BIGINT PRIMARY KEY NOT NULL,
    acceptance_id BIGINT NOT NULL REFERENCES acceptances (id),
    kind TEXT NOT NULL CHECK (kind IN ('ballot', 'questionnaire')),
    content TEXT NOT NULL,
    receipts TEXT NOT NULL,
    turn BIGINT NOT NULL
);
CREATE UNIQUE INDEX ballot_boxes_kind ON ballot_boxes (acceptance_id, kind);
CREATE TABLE cases (
    id BIGINT PRIMARY KEY NOT NULL,
    project_id BIGINT NOT NULL UNIQUE REFERENCES projects (id),
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    title TEXT NOT NULL,
    establish TEXT NOT NULL,
    solve TEXT NOT NULL,
    brand TEXT NOT NULL,
    model TEXT NOT NULL,
    published_at TIMESTAMP,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX cases_published ON cases (published_at, id);
CREATE TABLE sites (
    id BIGINT PRIMARY KEY NOT NULL,
    project_id BIGINT NOT NULL UNIQUE REFERENCES projects (id),
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    place TEXT NOT NULL,
    premises TEXT NOT NULL,
    content TEXT NOT NULL,
    feature TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('nominated', 'named', 'delisted')),
    stars BIGINT NOT NULL,
    named_on DATE,
    term_until DATE,
    delist_reason TEXT,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX sites_state ON sites (state, id);
CREATE TABLE replications (
    id BIGINT PRIMARY KEY NOT NULL,
    site_id BIGINT REFERENCES sites (id),
    case_id BIGINT REFERENCES cases (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    adapted TEXT NOT NULL,
    effect TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('adopted', 'reported', 'confirmed')),
    adopted_on DATE NOT NULL,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX replications_site ON replications (site_id, id);
CREATE INDEX replications_case ON replications (case_id, id);
