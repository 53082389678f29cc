CREATE TABLE acceptance_notes (
    id BIGINT PRIMARY KEY NOT NULL,
    acceptance_id BIGINT NOT NULL REFERENCES acceptances (id),
    said TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor_id BIGINT,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX acceptance_notes_acceptance ON acceptance_notes (acceptance_id, id);
ALTER TABLE voting_codes ADD COLUMN voided BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE steps ADD COLUMN first_submitted_at TIMESTAMP;
UPDATE steps SET first_submitted_at = submitted_at;
