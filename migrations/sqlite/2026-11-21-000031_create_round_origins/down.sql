DROP TABLE round_origins;
