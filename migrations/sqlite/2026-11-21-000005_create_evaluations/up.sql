CREATE TABLE evaluations (
    id INTEGER PRIMARY KEY NOT NULL,
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    subject_kind TEXT NOT NULL CHECK (subject_kind IN ('bid', 'acceptance', 'site')),
    round_id BIGINT UNIQUE REFERENCES rounds (id),
    state TEXT NOT NULL CHECK (state IN ('preparing', 'scoring', 'locked')),
    drop_highest BIGINT NOT NULL,
    drop_lowest BIGINT NOT NULL,
    trim_from BIGINT NOT NULL,
    threshold BIGINT NOT NULL,
    mark_step BIGINT NOT NULL,
    quorum_numerator BIGINT NOT NULL,
    quorum_denominator BIGINT NOT NULL,
    started_at TIMESTAMP,
    locked_at TIMESTAMP,
    version BIGINT NOT NULL
);
CREATE TABLE criteria (
    id INTEGER PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    full_marks BIGINT NOT NULL
);
CREATE INDEX criteria_evaluation ON criteria (evaluation_id, position);
CREATE TABLE panel_members (
    id INTEGER PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    seat TEXT NOT NULL CHECK (seat IN ('chair', 'member')),
    alias TEXT NOT NULL,
    undertaking_at TIMESTAMP,
    removed_at TIMESTAMP
);
CREATE UNIQUE INDEX panel_members_user ON panel_members (evaluation_id, user_id) WHERE removed_at IS NULL;
CREATE INDEX panel_members_by_user ON panel_members (user_id, evaluation_id);
CREATE TABLE recusals (
    id INTEGER PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    topic_id BIGINT NOT NULL REFERENCES topics (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    cause TEXT NOT NULL CHECK (cause IN ('own_organization', 'declared')),
    reason TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX recusals_user ON recusals (evaluation_id, user_id, topic_id);
CREATE TABLE score_sheets (
    id INTEGER PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    subject_id BIGINT NOT NULL,
    reviewer_id BIGINT NOT NULL REFERENCES users (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'locked')),
    marks TEXT NOT NULL,
    total BIGINT NOT NULL,
    notes TEXT NOT NULL,
    submitted_at TIMESTAMP,
    version BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX score_sheets_reviewer ON score_sheets (evaluation_id, subject_id, reviewer_id);
CREATE INDEX score_sheets_by_reviewer ON score_sheets (reviewer_id, evaluation_id);
CREATE TABLE results (
    id INTEGER PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL UNIQUE REFERENCES evaluations (id),
    computed_at TIMESTAMP NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL
);
CREATE TABLE result_rows (
    id INTEGER PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    topic_id BIGINT NOT NULL,
    subject_id BIGINT NOT NULL,
    place BIGINT NOT NULL,
    rank BIGINT,
    shown BIGINT,
    sheets BIGINT NOT NULL,
    proposal TEXT NOT NULL CHECK (proposal IN ('winner', 'reserve', 'tied', 'below_threshold', 'no_quorum', 'failed_topic')),
    outcome TEXT CHECK (outcome IN ('winner', 'reserve', 'rejected', 'void')),
    reserve_order BIGINT,
    deviation_reason TEXT
);
CREATE UNIQUE INDEX result_rows_subject ON result_rows (evaluation_id, subject_id);
CREATE INDEX result_rows_ranking ON result_rows (evaluation_id, topic_id, place);
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL UNIQUE REFERENCES rounds (id),
    minute_number TEXT NOT NULL,
    minute_date DATE NOT NULL,
    note TEXT NOT NULL,
    decided_by BIGINT NOT NULL,
    decided_at TIMESTAMP NOT NULL
);
CREATE TABLE objections (
    id INTEGER PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    bid_id BIGINT REFERENCES bids (id),
    anonymous BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    contact TEXT NOT NULL,
    content TEXT NOT NULL,
    code_digest TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('lodged', 'upheld', 'rejected')),
    followups TEXT NOT NULL,
    lodged_at TIMESTAMP NOT NULL,
    due_on DATE NOT NULL,
    answer TEXT,
    answered_by BIGINT,
    answered_at TIMESTAMP,
    version BIGINT NOT NULL
);
CREATE INDEX objections_round ON objections (round_id, id);
