ALTER TABLE failed_topics ADD COLUMN awarded_by BIGINT;
ALTER TABLE failed_topics ADD COLUMN awarded_at TIMESTAMP;
ALTER TABLE failed_topics ADD COLUMN minute_number TEXT;
ALTER TABLE failed_topics ADD COLUMN minute_date DATE;
ALTER TABLE failed_topics ADD COLUMN publicity_until DATE;
