DROP TABLE replications;
DROP TABLE sites;
DROP TABLE cases;
DROP TABLE ballot_boxes;
DROP TABLE voting_codes;
DROP TABLE questions;
DROP TABLE acceptances;
