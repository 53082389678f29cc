ALTER TABLE decisions DROP COLUMN fairness_digest;
DROP TABLE fairness_reports;
