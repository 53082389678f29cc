ALTER TABLE evaluations DROP COLUMN blind;
