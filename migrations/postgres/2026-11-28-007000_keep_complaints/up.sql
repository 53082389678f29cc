-- What anybody tells a committee (意见箱), followed with a code that is kept as its digest alone.
CREATE TABLE complaints (
    id BIGINT PRIMARY KEY NOT NULL,
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    contact TEXT NOT NULL,
    content TEXT NOT NULL,
    code_digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('lodged', 'answered')),
    lodged_at TIMESTAMP NOT NULL,
    due_on DATE NOT NULL,
    answer TEXT,
    answered_by BIGINT REFERENCES users (id),
    answered_at TIMESTAMP,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX complaints_code ON complaints (code_digest);
CREATE INDEX complaints_committee ON complaints (committee_id, id);
CREATE INDEX complaints_waiting ON complaints (state, due_on, id);
