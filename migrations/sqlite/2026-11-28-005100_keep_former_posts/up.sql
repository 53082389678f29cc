-- What people were called and where they stood before: what was done on a day goes by the names of its day.
CREATE TABLE former_people (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    post TEXT NOT NULL,
    until TIMESTAMP NOT NULL
);
CREATE INDEX former_people_user ON former_people (user_id, until);
CREATE INDEX former_people_organization ON former_people (organization_id);
-- Whoever wants gives them.
ALTER TABLE users ADD COLUMN phone TEXT;
ALTER TABLE users ADD COLUMN mail TEXT;
