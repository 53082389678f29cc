ALTER TABLE sessions DROP COLUMN device;
DROP TABLE failed_attempts;
ALTER TABLE users ADD COLUMN failed_logins BIGINT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN locked_until TIMESTAMP;
UPDATE users SET
    failed_logins = coalesce((SELECT failed FROM password_counters WHERE user_id = users.id AND device = ''), 0),
    locked_until = (SELECT locked_until FROM password_counters WHERE user_id = users.id AND device = '');
DROP TABLE password_counters;
