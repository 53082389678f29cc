CREATE TABLE stored_files (
    storage_key TEXT PRIMARY KEY NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL
);
