CREATE TABLE audit_chains (
    id BIGINT PRIMARY KEY NOT NULL,
    committee_id BIGINT,
    count BIGINT NOT NULL,
    head TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_chains_committee ON audit_chains (committee_id);
INSERT INTO audit_chains (id, committee_id, count, head) VALUES (0, NULL, 0, '');
CREATE TABLE audit_events (
    id BIGINT PRIMARY KEY NOT NULL,
    chain_id BIGINT NOT NULL REFERENCES audit_chains (id),
    seq BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    organization_id BIGINT,
    verb TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BIGINT NOT NULL,
    subject_version BIGINT NOT NULL,
    round_id BIGINT,
    detail TEXT NOT NULL,
    previous_digest TEXT NOT NULL,
    digest TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_events_seq ON audit_events (chain_id, seq);
CREATE INDEX audit_events_subject ON audit_events (subject_kind, subject_id, id);
CREATE INDEX audit_events_round ON audit_events (round_id, id);
