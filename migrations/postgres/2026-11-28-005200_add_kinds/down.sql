-- What is of no kind that there was becomes a group.
UPDATE organizations SET kind = 'group' WHERE kind IN ('department', 'union', 'youth');
ALTER TABLE organizations DROP CONSTRAINT organizations_kind_check;
ALTER TABLE organizations ADD CONSTRAINT organizations_kind_check CHECK (kind IN ('committee', 'general_branch', 'branch', 'group'));
