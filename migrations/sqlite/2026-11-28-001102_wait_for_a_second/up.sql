-- A role that one administrator grants and a second one has to confirm. Confirmed, it is a role under the same id.
CREATE TABLE pending_grants (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('applicant', 'branch_secretary', 'reviewer', 'office', 'committee_secretary', 'supervisor', 'system_admin', 'security_admin', 'audit_admin')),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    why TEXT NOT NULL CHECK (why IN ('second_role', 'own_account')),
    asked_by BIGINT NOT NULL REFERENCES users (id),
    asked_at TIMESTAMP NOT NULL,
    answered_by BIGINT REFERENCES users (id),
    answered_at TIMESTAMP
);
CREATE UNIQUE INDEX pending_grants_waiting ON pending_grants (user_id, role, organization_id) WHERE answered_at IS NULL;
CREATE INDEX pending_grants_user ON pending_grants (user_id, id);
CREATE INDEX pending_grants_organization ON pending_grants (organization_id) WHERE answered_at IS NULL;
