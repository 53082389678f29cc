-- Lots between bids that share a rank: chair and supervisor commit, then reveal. first_bid tells the tied groups apart.
CREATE TABLE tie_lots (
    id BIGINT PRIMARY KEY NOT NULL,
    evaluation_id BIGINT NOT NULL REFERENCES evaluations (id),
    topic_id BIGINT NOT NULL REFERENCES topics (id),
    number BIGINT NOT NULL,
    first_bid BIGINT NOT NULL,
    bids TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    seed TEXT,
    outcome TEXT,
    drawn_at TIMESTAMP,
    void_reason TEXT,
    voided_by BIGINT,
    voided_at TIMESTAMP
);
CREATE UNIQUE INDEX tie_lots_number ON tie_lots (evaluation_id, number);
CREATE UNIQUE INDEX tie_lots_pending ON tie_lots (evaluation_id, first_bid) WHERE drawn_at IS NULL AND voided_at IS NULL;
CREATE TABLE tie_lot_parts (
    id BIGINT PRIMARY KEY NOT NULL,
    lots_id BIGINT NOT NULL REFERENCES tie_lots (id),
    part TEXT NOT NULL CHECK (part IN ('chair', 'supervisor')),
    user_id BIGINT NOT NULL REFERENCES users (id),
    commitment TEXT NOT NULL,
    committed_at TIMESTAMP NOT NULL,
    salt TEXT,
    word TEXT,
    revealed_at TIMESTAMP
);
CREATE UNIQUE INDEX tie_lot_parts_part ON tie_lot_parts (lots_id, part);
