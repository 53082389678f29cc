DROP TABLE code_asks;
