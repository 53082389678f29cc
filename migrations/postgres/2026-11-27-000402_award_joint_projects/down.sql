ALTER TABLE failed_topics DROP COLUMN publicity_until;
ALTER TABLE failed_topics DROP COLUMN minute_date;
ALTER TABLE failed_topics DROP COLUMN minute_number;
ALTER TABLE failed_topics DROP COLUMN awarded_at;
ALTER TABLE failed_topics DROP COLUMN awarded_by;
