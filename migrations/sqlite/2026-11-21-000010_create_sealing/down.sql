ALTER TABLE attachments DROP COLUMN sealed_facts;
ALTER TABLE attachments DROP COLUMN file_key;
ALTER TABLE sessions DROP COLUMN locked_key;
DROP TABLE bid_keys;
DROP TABLE round_key_shares;
DROP TABLE round_keys;
DROP TABLE organization_key_grants;
DROP TABLE organization_keys;
DROP TABLE user_keys;
