ALTER TABLE acceptances DROP CONSTRAINT acceptances_state_check;
ALTER TABLE acceptances ADD CONSTRAINT acceptances_state_check CHECK (state IN ('open', 'closed', 'decided', 'abandoned'));
DROP INDEX acceptances_attempt;
CREATE UNIQUE INDEX acceptances_attempt ON acceptances (project_id, attempt) WHERE state <> 'abandoned';
CREATE INDEX acceptances_project ON acceptances (project_id, id);
