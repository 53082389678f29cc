-- Signatures are made anew: they say what problem and goals are alone.
DELETE FROM similar_parts;
DELETE FROM similar_signings;
ALTER TABLE similar_parts ADD COLUMN fields BYTEA NOT NULL DEFAULT '';
