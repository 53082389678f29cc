-- Reviewers read bids without names until the lock.
ALTER TABLE evaluations ADD COLUMN blind BOOLEAN NOT NULL DEFAULT FALSE;
