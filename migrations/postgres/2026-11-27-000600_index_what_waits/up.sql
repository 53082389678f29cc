-- Who competes for which topic, and what waits for somebody, without reading what does not.
CREATE INDEX bids_competing ON bids (round_id, state, topic_id, organization_id);
CREATE INDEX round_questions_waiting ON round_questions (round_id) WHERE answered_at IS NULL;
CREATE INDEX failed_topics_undecided ON failed_topics (round_id) WHERE decision IS NULL;
-- How many organizations there are below one, without reading them.
CREATE INDEX organizations_able ON organizations (path, disabled);
-- Lists by key of what is filtered first.
CREATE INDEX audit_events_chain ON audit_events (chain_id, id);
CREATE INDEX score_sheets_evaluation ON score_sheets (evaluation_id, id);
CREATE INDEX cases_organization ON cases (organization_id, id);
CREATE INDEX sites_organization ON sites (organization_id, id);
CREATE INDEX replications_organization ON replications (organization_id, id);
