-- A file belongs to versions of its bid: it came in one of its revisions and went in another. Bytes that no version needs
-- are discarded.
ALTER TABLE bids ADD COLUMN submitted_revision BIGINT;
ALTER TABLE bid_revisions ADD COLUMN submitted_at TIMESTAMP;
ALTER TABLE attachments ADD COLUMN added_in BIGINT;
ALTER TABLE attachments ADD COLUMN removed_in BIGINT;
ALTER TABLE attachments ADD COLUMN discarded_at TIMESTAMP;
UPDATE bids SET submitted_revision = (SELECT MAX(r.revision) FROM bid_revisions r WHERE r.bid_id = bids.id AND r.saved_at <= bids.submitted_at)
    WHERE state IN ('submitted', 'opened', 'void', 'merged');
UPDATE bid_revisions SET submitted_at = (SELECT b.submitted_at FROM bids b WHERE b.id = bid_revisions.bid_id)
    WHERE revision = (SELECT b.submitted_revision FROM bids b WHERE b.id = bid_revisions.bid_id);
-- What was added or removed after the submission came or went in the revision after it.
UPDATE attachments SET added_in = 1 WHERE subject_kind = 'bid';
UPDATE attachments SET removed_in = 1 WHERE subject_kind = 'bid' AND removed_at IS NOT NULL;
UPDATE attachments SET added_in = (SELECT b.submitted_revision + 1 FROM bids b WHERE b.id = attachments.subject_id)
    WHERE subject_kind = 'bid' AND EXISTS (SELECT 1 FROM bids b WHERE b.id = attachments.subject_id
        AND b.submitted_revision IS NOT NULL AND attachments.uploaded_at > b.submitted_at);
UPDATE attachments SET removed_in = (SELECT b.submitted_revision + 1 FROM bids b WHERE b.id = attachments.subject_id)
    WHERE subject_kind = 'bid' AND removed_at IS NOT NULL AND EXISTS (SELECT 1 FROM bids b WHERE b.id = attachments.subject_id
        AND b.submitted_revision IS NOT NULL AND attachments.removed_at > b.submitted_at);
UPDATE attachments SET discarded_at = removed_at WHERE removed_at IS NOT NULL AND (subject_kind IN ('step', 'decision')
    OR (subject_kind = 'bid' AND NOT EXISTS (SELECT 1 FROM bids b WHERE b.id = attachments.subject_id
        AND attachments.added_in <= b.submitted_revision AND attachments.removed_in > b.submitted_revision)));
