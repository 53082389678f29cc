-- Codes the office asked for without a supervisor beside it, until they are handed out.
CREATE TABLE code_asks (
    id INTEGER PRIMARY KEY NOT NULL,
    acceptance_id BIGINT NOT NULL REFERENCES acceptances (id),
    kind TEXT NOT NULL CHECK (kind IN ('ballot', 'questionnaire')),
    count BIGINT NOT NULL,
    asked_by BIGINT NOT NULL REFERENCES users (id),
    asked_at TIMESTAMP NOT NULL,
    agreed_by BIGINT REFERENCES users (id),
    agreed_at TIMESTAMP
);
CREATE UNIQUE INDEX code_asks_one ON code_asks (acceptance_id, kind);
