CREATE TABLE acceptances_widened (
    id INTEGER PRIMARY KEY NOT NULL,
    project_id BIGINT NOT NULL REFERENCES projects (id),
    committee_id BIGINT NOT NULL REFERENCES organizations (id),
    evaluation_id BIGINT NOT NULL UNIQUE REFERENCES evaluations (id),
    attempt BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'decided', 'abandoned')),
    onsite_weight BIGINT NOT NULL,
    questionnaire_weight BIGINT NOT NULL,
    appraisal_weight BIGINT NOT NULL,
    process_weight BIGINT NOT NULL,
    eligible_voters BIGINT NOT NULL,
    minimum_turnout BIGINT NOT NULL,
    minimum_answers BIGINT NOT NULL,
    onsite_score BIGINT,
    questionnaire_score BIGINT,
    appraisal_score BIGINT,
    process_score BIGINT,
    total BIGINT,
    grade TEXT CHECK (grade IN ('excellent', 'good', 'qualified', 'unqualified')),
    decision_note TEXT,
    certificate TEXT UNIQUE,
    opened_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    decided_at TIMESTAMP,
    version BIGINT NOT NULL
);
INSERT INTO acceptances_widened (id, project_id, committee_id, evaluation_id, attempt, state, onsite_weight, questionnaire_weight, appraisal_weight, process_weight,
    eligible_voters, minimum_turnout, minimum_answers, onsite_score, questionnaire_score, appraisal_score, process_score, total,
    grade, decision_note, certificate, opened_at, closed_at, decided_at, version)
    SELECT id, project_id, committee_id, evaluation_id, attempt, state, onsite_weight, questionnaire_weight, appraisal_weight, process_weight,
    eligible_voters, minimum_turnout, minimum_answers, onsite_score, questionnaire_score, appraisal_score, process_score, total,
    grade, decision_note, certificate, opened_at, closed_at, decided_at, version FROM acceptances;
DROP TABLE acceptances;
ALTER TABLE acceptances_widened RENAME TO acceptances;
CREATE UNIQUE INDEX acceptances_attempt ON acceptances (project_id, attempt) WHERE state <> 'abandoned';
CREATE INDEX acceptances_project ON acceptances (project_id, id);
