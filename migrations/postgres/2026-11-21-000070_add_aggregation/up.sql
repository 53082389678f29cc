-- How the sheets of a subject become its score.
ALTER TABLE evaluations ADD COLUMN aggregation TEXT NOT NULL DEFAULT 'trimmed_mean'
    CHECK (aggregation IN ('trimmed_mean', 'mean', 'median'));
-- Mean of the z-scores given, hundredths: for information, never for ranking.
ALTER TABLE result_rows ADD COLUMN normalized BIGINT;
