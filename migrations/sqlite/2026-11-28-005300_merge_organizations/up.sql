-- What an organization that was merged goes on in.
ALTER TABLE organizations ADD COLUMN successor_id BIGINT;
CREATE INDEX organizations_successor ON organizations (successor_id);
