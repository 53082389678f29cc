-- The names organizations bore before: what was written on a day goes by the names of its day.
CREATE TABLE former_names (
    id INTEGER PRIMARY KEY NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    until TIMESTAMP NOT NULL
);
CREATE INDEX former_names_organization ON former_names (organization_id);
-- The trail tells of those of before.
INSERT INTO former_names (id, organization_id, name, short_name, until)
SELECT e.id, o.id, e.detail ->> '$.name', e.detail ->> '$.short_name', (
    SELECT MIN(later.at) FROM audit_events later
    WHERE later.subject_kind = 'organization' AND later.subject_id = o.id AND later.id > e.id
        AND later.verb = 'organization.change')
FROM audit_events e
JOIN organizations o ON o.id = e.subject_id
WHERE e.subject_kind = 'organization' AND e.verb IN ('organization.create', 'organization.change')
    AND (e.detail ->> '$.name' <> o.name OR e.detail ->> '$.short_name' <> o.short_name)
    AND EXISTS (
        SELECT 1 FROM audit_events later
        WHERE later.subject_kind = 'organization' AND later.subject_id = o.id AND later.id > e.id
            AND later.verb = 'organization.change');
