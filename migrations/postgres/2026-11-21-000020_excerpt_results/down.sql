ALTER TABLE result_rows DROP COLUMN counted_sheets;
ALTER TABLE result_rows DROP COLUMN line;
ALTER TABLE results DROP COLUMN head;
