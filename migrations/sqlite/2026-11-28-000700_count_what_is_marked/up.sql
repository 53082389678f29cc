-- What a sheet and an assignment are counted by, so that they are counted without reading their bids.
ALTER TABLE score_sheets ADD COLUMN topic_id BIGINT;
ALTER TABLE score_sheets ADD COLUMN on_paper BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE assignments ADD COLUMN topic_id BIGINT;
UPDATE score_sheets SET topic_id = (SELECT topic_id FROM bids WHERE bids.id = score_sheets.subject_id);
UPDATE score_sheets SET on_paper = TRUE WHERE id IN (SELECT sheet_id FROM paper_sheets WHERE version_id IS NULL);
UPDATE assignments SET topic_id = (SELECT topic_id FROM bids WHERE bids.id = assignments.bid_id);
CREATE INDEX score_sheets_done ON score_sheets (evaluation_id, reviewer_id, topic_id, state, on_paper, subject_id);
CREATE INDEX assignments_topic ON assignments (evaluation_id, user_id, topic_id, bid_id);
CREATE INDEX bids_topic_state ON bids (topic_id, state, id);
CREATE INDEX sheet_versions_open ON sheet_versions (sheet_id) WHERE ended_at IS NULL;
-- Which rows share a rank, and what rank each would have by its normalized mark.
ALTER TABLE result_rows ADD COLUMN shared BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE result_rows ADD COLUMN normalized_rank BIGINT;
UPDATE result_rows SET shared = TRUE WHERE rank IS NOT NULL AND EXISTS (SELECT 1 FROM result_rows other
    WHERE other.evaluation_id = result_rows.evaluation_id AND other.topic_id = result_rows.topic_id
    AND other.rank = result_rows.rank AND other.id <> result_rows.id);
UPDATE result_rows SET normalized_rank = ranked.nth FROM (SELECT id, RANK() OVER (PARTITION BY evaluation_id, topic_id
    ORDER BY normalized DESC) AS nth FROM result_rows WHERE normalized IS NOT NULL) AS ranked
    WHERE ranked.id = result_rows.id;
CREATE INDEX result_rows_proposal ON result_rows (evaluation_id, topic_id, proposal, place);
CREATE INDEX result_rows_shared ON result_rows (evaluation_id, topic_id, rank) WHERE shared;
CREATE INDEX result_rows_outcome ON result_rows (evaluation_id, outcome, topic_id, place, subject_id);
