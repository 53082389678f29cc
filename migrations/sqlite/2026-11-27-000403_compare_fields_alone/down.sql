ALTER TABLE similar_parts DROP COLUMN fields;
