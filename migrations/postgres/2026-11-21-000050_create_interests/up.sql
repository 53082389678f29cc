CREATE TABLE declared_posts (
    id BIGINT PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    post TEXT NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE,
    entered_by BIGINT NOT NULL,
    entered_at TIMESTAMP NOT NULL
);
CREATE INDEX declared_posts_user ON declared_posts (user_id, id);
CREATE TABLE declared_relations (
    id BIGINT PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL CHECK (kind IN ('kin', 'former_post', 'supervisor', 'mentor', 'cooperation', 'dispute', 'other')),
    organization_id BIGINT REFERENCES organizations (id),
    person_id BIGINT REFERENCES users (id),
    until_on DATE,
    entered_by BIGINT NOT NULL,
    entered_at TIMESTAMP NOT NULL,
    withdrawn_by BIGINT,
    withdrawn_at TIMESTAMP,
    CHECK ((organization_id IS NULL) <> (person_id IS NULL))
);
CREATE INDEX declared_relations_user ON declared_relations (user_id, id);
