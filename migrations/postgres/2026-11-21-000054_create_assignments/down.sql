DROP TABLE assignments;
DROP TABLE assignment_modes;
