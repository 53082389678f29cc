DROP TABLE corrections;
DROP TABLE round_questions;
