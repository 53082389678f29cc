-- The hash tree over a chain: its whole subtrees, and with each event the nodes that it completes.
ALTER TABLE audit_chains ADD COLUMN peaks TEXT NOT NULL DEFAULT '';
ALTER TABLE audit_events ADD COLUMN nodes TEXT;
-- Who signs heads, with which key; and what was signed.
CREATE TABLE audit_signers (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    public_key TEXT NOT NULL UNIQUE,
    registered_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE TABLE checkpoints (
    id INTEGER PRIMARY KEY NOT NULL,
    signer_id BIGINT NOT NULL REFERENCES audit_signers (id),
    received_at TIMESTAMP NOT NULL,
    body TEXT NOT NULL
);
-- Which chains a checkpoint covers, and how far.
CREATE TABLE checkpoint_heads (
    checkpoint_id BIGINT NOT NULL REFERENCES checkpoints (id),
    chain_id BIGINT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (chain_id, count, checkpoint_id)
);
