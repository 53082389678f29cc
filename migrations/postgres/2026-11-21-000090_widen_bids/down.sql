UPDATE bids SET state = 'opened' WHERE state = 'merged';
ALTER TABLE bids DROP CONSTRAINT bids_state_check;
ALTER TABLE bids ADD CONSTRAINT bids_state_check CHECK (state IN ('draft', 'submitted', 'withdrawn', 'void', 'opened'));
