DELETE FROM holidays;
DROP TABLE holiday_years;
