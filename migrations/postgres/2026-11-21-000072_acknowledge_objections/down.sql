ALTER TABLE evaluations DROP COLUMN reopened;
DROP TABLE superseded_results;
ALTER TABLE objections DROP COLUMN effect;
ALTER TABLE objections DROP COLUMN acknowledged_at;
ALTER TABLE objections DROP COLUMN acknowledged_by;
UPDATE objections SET state = 'lodged' WHERE state = 'acknowledged';
ALTER TABLE objections DROP CONSTRAINT objections_state_check;
ALTER TABLE objections ADD CONSTRAINT objections_state_check CHECK (state IN ('lodged', 'upheld', 'rejected'));
