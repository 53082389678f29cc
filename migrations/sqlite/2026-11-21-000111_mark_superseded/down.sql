ALTER TABLE announcements DROP COLUMN superseded_by;
ALTER TABLE superseded_results DROP COLUMN published;
ALTER TABLE superseded_results DROP COLUMN decision_id;
