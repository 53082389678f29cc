CREATE TABLE rounds (
    id INTEGER PRIMARY KEY NOT NULL,
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    year BIGINT NOT NULL,
    title TEXT NOT NULL,
    guide TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'sealed', 'opened', 'scoring', 'scored', 'decided', 'publicized', 'concluded', 'cancelled')),
    opens_at TIMESTAMP NOT NULL,
    deadline TIMESTAMP NOT NULL,
    opening_at TIMESTAMP NOT NULL,
    publicity_days BIGINT NOT NULL,
    contract_days BIGINT NOT NULL,
    onsite_weight BIGINT NOT NULL,
    questionnaire_weight BIGINT NOT NULL,
    appraisal_weight BIGINT NOT NULL,
    process_weight BIGINT NOT NULL,
    bid_count BIGINT NOT NULL,
    published_at TIMESTAMP,
    opened_at TIMESTAMP,
    publicity_from DATE,
    publicity_until DATE,
    concluded_at TIMESTAMP,
    cancel_reason TEXT,
    turn BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_by BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX rounds_committee ON rounds (committee_id, id);
CREATE TABLE topics (
    id INTEGER PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    position BIGINT NOT NULL,
    lane TEXT NOT NULL CHECK (lane IN ('commissioned', 'self_proposed')),
    title TEXT NOT NULL,
    requirements TEXT NOT NULL,
    quota BIGINT NOT NULL,
    budget_ceiling BIGINT,
    minimum_bids BIGINT NOT NULL,
    failed BOOLEAN NOT NULL
);
CREATE INDEX topics_round ON topics (round_id, position);
CREATE TABLE schedule_amendments (
    id INTEGER PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    at TIMESTAMP NOT NULL,
    actor_id BIGINT NOT NULL,
    old_deadline TIMESTAMP NOT NULL,
    new_deadline TIMESTAMP NOT NULL,
    old_opening_at TIMESTAMP NOT NULL,
    new_opening_at TIMESTAMP NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX schedule_amendments_round ON schedule_amendments (round_id, id);
CREATE TABLE openings (
    id INTEGER PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL UNIQUE REFERENCES rounds (id),
    opened_by BIGINT NOT NULL,
    witness_id BIGINT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    attendance TEXT NOT NULL,
    minute TEXT NOT NULL,
    checked BIGINT NOT NULL,
    broken BIGINT NOT NULL,
    audit_head TEXT NOT NULL
);
CREATE TABLE announcements (
    id INTEGER PRIMARY KEY NOT NULL,
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    round_id BIGINT REFERENCES rounds (id),
    kind TEXT NOT NULL CHECK (kind IN ('guide', 'amendment', 'opening', 'publicity', 'result', 'cancellation', 'site')),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    posted_at TIMESTAMP NOT NULL,
    ends_on DATE
);
CREATE INDEX announcements_committee ON announcements (committee_id, id);
CREATE INDEX announcements_round ON announcements (round_id, id);
