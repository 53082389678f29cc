-- How often wrong passwords were entered in a row: of each account by the devices that it logged in with, and together by
-- whoever comes from anywhere else (device '').
CREATE TABLE password_counters (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    device TEXT NOT NULL,
    failed BIGINT NOT NULL,
    locked_until TIMESTAMP,
    used_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX password_counters_device ON password_counters (user_id, device);
INSERT INTO password_counters (id, user_id, device, failed, locked_until, used_at)
    SELECT id, id, '', failed_logins, locked_until, updated_at FROM users WHERE failed_logins > 0 OR locked_until IS NOT NULL;
ALTER TABLE users DROP COLUMN failed_logins;
ALTER TABLE users DROP COLUMN locked_until;
-- What an account's owner is told of, until it is read.
CREATE TABLE failed_attempts (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    at TIMESTAMP NOT NULL,
    client TEXT NOT NULL,
    device TEXT NOT NULL,
    locked BOOLEAN NOT NULL
);
CREATE INDEX failed_attempts_user ON failed_attempts (user_id, id);
ALTER TABLE sessions ADD COLUMN device TEXT;
