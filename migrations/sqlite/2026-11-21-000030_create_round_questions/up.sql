-- 答疑: asked by bidders, answered by the office, seen by all once answered. Who asked is kept and shown to nobody else.
CREATE TABLE round_questions (
    id INTEGER PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    asked_by BIGINT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    question TEXT NOT NULL,
    answer TEXT,
    answered_by BIGINT,
    answered_at TIMESTAMP
);
CREATE INDEX round_questions_round ON round_questions (round_id, id);
-- 更正公告: the guide itself never changes once published.
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY NOT NULL,
    round_id BIGINT NOT NULL REFERENCES rounds (id),
    posted_by BIGINT NOT NULL,
    posted_at TIMESTAMP NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX corrections_round ON corrections (round_id, id);
