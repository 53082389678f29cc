ALTER TABLE organizations DROP CONSTRAINT organizations_kind_check;
ALTER TABLE organizations ADD CONSTRAINT organizations_kind_check CHECK (kind IN ('committee', 'general_branch', 'branch', 'group', 'department', 'union', 'youth'));
