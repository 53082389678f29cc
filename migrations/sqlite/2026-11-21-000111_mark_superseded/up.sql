-- Which decision a superseded result had, so that its minute is still found, and whether the public had seen it.
ALTER TABLE superseded_results ADD COLUMN decision_id BIGINT;
ALTER TABLE superseded_results ADD COLUMN published BOOLEAN NOT NULL DEFAULT FALSE;
-- The announcement that took the place of this one.
ALTER TABLE announcements ADD COLUMN superseded_by BIGINT;
