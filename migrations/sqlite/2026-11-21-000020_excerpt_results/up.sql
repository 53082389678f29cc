-- What a ranking's readers need of results.body, in pieces, so that no reading parses the whole file.
-- Results stored earlier have none: they are read from the file.
ALTER TABLE results ADD COLUMN head TEXT;
ALTER TABLE result_rows ADD COLUMN line TEXT;
ALTER TABLE result_rows ADD COLUMN counted_sheets TEXT;
