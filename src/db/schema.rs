//! Every table as diesel sees it. Written by hand with the migrations; a test holds it against both databases.

mod delivery;
mod evaluation;
mod house;
mod tender;

pub use delivery::*;
pub use evaluation::*;
pub use house::*;
pub use tender::*;

diesel::joinable!(organization_key_grants -> organization_keys (key_id));
diesel::joinable!(organization_key_grants -> users (user_id));
diesel::joinable!(round_key_shares -> round_keys (key_id));
diesel::joinable!(round_key_shares -> users (user_id));
diesel::joinable!(former_names -> organizations (organization_id));
diesel::joinable!(users -> organizations (organization_id));
diesel::joinable!(user_roles -> users (user_id));
diesel::joinable!(user_roles -> organizations (organization_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(set_passwords -> users (user_id));
diesel::joinable!(pending_grants -> users (user_id));
diesel::joinable!(pending_grants -> organizations (organization_id));
diesel::joinable!(audit_events -> audit_chains (chain_id));
diesel::joinable!(audit_chains -> organizations (committee_id));
diesel::joinable!(rounds -> organizations (committee_id));
diesel::joinable!(topics -> rounds (round_id));
diesel::joinable!(schedule_amendments -> rounds (round_id));
diesel::joinable!(openings -> rounds (round_id));
diesel::joinable!(announcements -> organizations (committee_id));
diesel::joinable!(announcements -> rounds (round_id));
diesel::joinable!(bids -> rounds (round_id));
diesel::joinable!(bids -> organizations (organization_id));
diesel::joinable!(bids -> topics (topic_id));
diesel::joinable!(audit_signers -> users (user_id));
diesel::joinable!(checkpoints -> audit_signers (signer_id));
diesel::joinable!(checkpoint_heads -> checkpoints (checkpoint_id));
diesel::joinable!(bid_revisions -> bids (bid_id));
diesel::joinable!(mergers -> rounds (round_id));
diesel::joinable!(merger_bids -> mergers (merger_id));
diesel::joinable!(merger_bids -> bids (bid_id));
diesel::joinable!(topic_shares -> bids (bid_id));
diesel::joinable!(attachments -> organizations (organization_id));
diesel::joinable!(evaluations -> organizations (committee_id));
diesel::joinable!(evaluations -> rounds (round_id));
diesel::joinable!(criteria -> evaluations (evaluation_id));
diesel::joinable!(panel_members -> evaluations (evaluation_id));
diesel::joinable!(panel_members -> users (user_id));
diesel::joinable!(recusals -> evaluations (evaluation_id));
diesel::joinable!(recusals -> topics (topic_id));
diesel::joinable!(recusals -> users (user_id));
diesel::joinable!(recusal_lifts -> recusals (recusal_id));
diesel::joinable!(declared_posts -> organizations (organization_id));
diesel::joinable!(declared_relations -> organizations (organization_id));
diesel::joinable!(panel_invitations -> panel_members (member_id));
diesel::joinable!(panel_substitutes -> evaluations (evaluation_id));
diesel::joinable!(declarations -> evaluations (evaluation_id));
diesel::joinable!(assignments -> evaluations (evaluation_id));
diesel::joinable!(assignment_modes -> evaluations (evaluation_id));
diesel::joinable!(score_sheets -> evaluations (evaluation_id));
diesel::joinable!(score_sheets -> users (reviewer_id));
diesel::joinable!(sheet_versions -> score_sheets (sheet_id));
diesel::joinable!(paper_sheets -> score_sheets (sheet_id));
diesel::joinable!(paper_sheets -> users (entered_by));
diesel::joinable!(results -> evaluations (evaluation_id));
diesel::joinable!(result_rows -> evaluations (evaluation_id));
diesel::joinable!(superseded_results -> evaluations (evaluation_id));
diesel::joinable!(tie_lots -> evaluations (evaluation_id));
diesel::joinable!(tie_lot_parts -> tie_lots (lots_id));
diesel::joinable!(fairness_reports -> evaluations (evaluation_id));
diesel::joinable!(decisions -> rounds (round_id));
diesel::joinable!(objections -> rounds (round_id));
diesel::joinable!(complaints -> organizations (committee_id));
diesel::joinable!(objections -> bids (bid_id));
diesel::joinable!(contracts -> rounds (round_id));
diesel::joinable!(contracts -> bids (bid_id));
diesel::joinable!(contract_serials -> organizations (committee_id));
diesel::joinable!(contract_versions -> contracts (contract_id));
diesel::joinable!(signatures -> contracts (contract_id));
diesel::joinable!(signatures -> users (user_id));
diesel::joinable!(projects -> contracts (contract_id));
diesel::joinable!(steps -> projects (project_id));
diesel::joinable!(acceptances -> projects (project_id));
diesel::joinable!(acceptances -> organizations (committee_id));
diesel::joinable!(acceptances -> evaluations (evaluation_id));
diesel::joinable!(questions -> acceptances (acceptance_id));
diesel::joinable!(voting_codes -> acceptances (acceptance_id));
diesel::joinable!(code_issues -> acceptances (acceptance_id));
diesel::joinable!(code_asks -> acceptances (acceptance_id));
diesel::joinable!(box_keys -> acceptances (acceptance_id));
diesel::joinable!(former_people -> users (user_id));
diesel::joinable!(former_people -> organizations (organization_id));
diesel::joinable!(box_key_shares -> box_keys (key_id));
diesel::joinable!(box_key_shares -> users (user_id));
diesel::joinable!(ballot_boxes -> acceptances (acceptance_id));
diesel::joinable!(cases -> projects (project_id));
diesel::joinable!(sites -> projects (project_id));
diesel::joinable!(replications -> sites (site_id));
diesel::joinable!(replications -> cases (case_id));
diesel::joinable!(replications -> organizations (organization_id));
diesel::joinable!(failed_topics -> topics (topic_id));
diesel::joinable!(joint_bids -> bids (bid_id));
diesel::allow_tables_to_appear_in_same_query!(
    similar_signings,
    similar_parts,
    similar_searches,
    similar_pairs,
    mergers,
    merger_bids,
    topic_splits,
    topic_shares,
    acceptances,
    announcements,
    assignment_modes,
    assignments,
    attachments,
    audit_chains,
    audit_events,
    audit_rows,
    audit_signers,
    checkpoint_heads,
    checkpoints,
    ballot_boxes,
    bid_keys,
    complaints,
    box_keys,
    box_key_shares,
    code_asks,
    code_issues,
    bid_revisions,
    bids,
    cases,
    contract_serials,
    contract_versions,
    contracts,
    corrections,
    criteria,
    decisions,
    fairness_reports,
    superseded_results,
    tie_lots,
    tie_lot_parts,
    sheet_versions,
    declarations,
    declared_posts,
    declared_relations,
    draws,
    evaluations,
    holiday_years,
    failed_attempts,
    failed_topics,
    former_names,
    former_people,
    holidays,
    idempotency_keys,
    joint_bids,
    objections,
    openings,
    organization_key_grants,
    organization_keys,
    organizations,
    panel_invitations,
    panel_members,
    panel_replacements,
    panel_substitutes,
    paper_sheets,
    password_counters,
    pending_grants,
    projects,
    public_version,
    questions,
    recusal_lifts,
    recusals,
    replications,
    result_rows,
    results,
    round_key_shares,
    round_keys,
    round_origins,
    set_passwords,
    round_questions,
    rounds,
    schedule_amendments,
    score_sheets,
    sessions,
    settings,
    signatures,
    sites,
    steps,
    stored_files,
    topics,
    user_keys,
    user_roles,
    users,
    voting_codes,
);
