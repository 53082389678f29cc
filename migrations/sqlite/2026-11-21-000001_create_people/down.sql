DROP TABLE holidays;
DROP TABLE public_version;
DROP TABLE settings;
DROP TABLE idempotency_keys;
DROP TABLE sessions;
DROP TABLE user_roles;
DROP TABLE users;
DROP TABLE organizations;
