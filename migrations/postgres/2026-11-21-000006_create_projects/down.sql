DROP TABLE steps;
DROP TABLE projects;
DROP TABLE signatures;
DROP TABLE contract_versions;
DROP TABLE contract_serials;
DROP TABLE contracts;
