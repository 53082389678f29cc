DROP TABLE paper_sheets;
