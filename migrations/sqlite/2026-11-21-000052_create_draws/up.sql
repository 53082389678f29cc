CREATE TABLE draws (
    id INTEGER PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('panel', 'presentation')),
    number BIGINT NOT NULL,
    pool TEXT NOT NULL,
    seats BIGINT NOT NULL,
    alternates BIGINT NOT NULL,
    chair_id BIGINT REFERENCES users (id),
    excluded TEXT NOT NULL,
    reason TEXT NOT NULL,
    secret TEXT NOT NULL,
    commitment TEXT NOT NULL,
    prepared_by BIGINT NOT NULL,
    prepared_at TIMESTAMP NOT NULL,
    nonce TEXT,
    audit_head TEXT,
    seed TEXT,
    outcome TEXT,
    drawn_by BIGINT,
    drawn_at TIMESTAMP
);
CREATE UNIQUE INDEX draws_number ON draws (evaluation_id, purpose, number);
CREATE UNIQUE INDEX draws_pending ON draws (evaluation_id, purpose) WHERE drawn_at IS NULL;
CREATE TABLE panel_substitutes (
    id INTEGER PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    position BIGINT NOT NULL,
    draw_id BIGINT REFERENCES draws (id)
);
CREATE UNIQUE INDEX panel_substitutes_user ON panel_substitutes (evaluation_id, user_id);
CREATE TABLE panel_invitations (
    id INTEGER PRIMARY KEY NOT NULL,
    member_id BIGINT NOT NULL REFERENCES panel_members (id),
    state TEXT NOT NULL CHECK (state IN ('sent', 'accepted', 'declined')),
    sent_by BIGINT NOT NULL,
    sent_at TIMESTAMP NOT NULL,
    answered_at TIMESTAMP,
    reason TEXT NOT NULL
);
CREATE UNIQUE INDEX panel_invitations_member ON panel_invitations (member_id);
CREATE TABLE panel_replacements (
    id INTEGER PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    out_member_id BIGINT NOT NULL REFERENCES panel_members (id),
    in_member_id BIGINT NOT NULL REFERENCES panel_members (id),
    reason TEXT NOT NULL,
    sheets_set_aside BIGINT NOT NULL,
    scoring BOOLEAN NOT NULL,
    by_user_id BIGINT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX panel_replacements_evaluation ON panel_replacements (evaluation_id, id);
