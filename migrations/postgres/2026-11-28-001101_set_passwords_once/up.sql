-- A password that somebody else set, or asks to have set: one-time from then on until its person changed it.
CREATE TABLE set_passwords (
    id BIGINT PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    reason TEXT NOT NULL,
    asked_by BIGINT REFERENCES users (id),
    asked_as TEXT CHECK (asked_as IN ('system_admin', 'security_admin')),
    asked_at TIMESTAMP NOT NULL,
    set_by BIGINT REFERENCES users (id),
    set_at TIMESTAMP,
    ended_at TIMESTAMP
);
CREATE UNIQUE INDEX set_passwords_asked ON set_passwords (user_id) WHERE set_at IS NULL AND ended_at IS NULL;
CREATE UNIQUE INDEX set_passwords_one_time ON set_passwords (user_id) WHERE set_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX set_passwords_user ON set_passwords (user_id, id);
-- Opened with a one-time password: good for changing it, for nothing else.
ALTER TABLE sessions ADD COLUMN one_time BOOLEAN NOT NULL DEFAULT FALSE;
