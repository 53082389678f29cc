-- Three is allowed before, too.
SELECT 1;
