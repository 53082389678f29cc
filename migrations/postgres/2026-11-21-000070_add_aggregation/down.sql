ALTER TABLE result_rows DROP COLUMN normalized;
ALTER TABLE evaluations DROP COLUMN aggregation;
