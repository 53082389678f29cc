DROP TABLE checkpoint_heads;
DROP TABLE checkpoints;
DROP TABLE audit_signers;
ALTER TABLE audit_events DROP COLUMN nodes;
ALTER TABLE audit_chains DROP COLUMN peaks;
