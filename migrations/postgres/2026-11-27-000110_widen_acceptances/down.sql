DROP INDEX acceptances_project;
DROP INDEX acceptances_attempt;
UPDATE acceptances SET attempt = -id, state = 'closed' WHERE state = 'abandoned';
ALTER TABLE acceptances DROP CONSTRAINT acceptances_state_check;
ALTER TABLE acceptances ADD CONSTRAINT acceptances_state_check CHECK (state IN ('open', 'closed', 'decided'));
CREATE UNIQUE INDEX acceptances_attempt ON acceptances (project_id, attempt);
