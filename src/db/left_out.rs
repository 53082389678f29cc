//! What the trail does not vouch for.

/// Tables that change without an event, and why.
pub const TABLES: &[&str] = &[
    // The trail itself: its digests hold it.
    "audit_chains",
    "audit_events",
    "audit_rows",
    // What sessions, repeated calls, caches and gauges keep for themselves.
    "sessions",
    // Every try at a password counts, before anybody knows whose it is; what its owner is told of it stands in the trail.
    "password_counters",
    "failed_attempts",
    "idempotency_keys",
    "public_version",
    "settings",
    // Which files lie in their folder, noted before and after the commands that need them: the rows that need them say
    // their digests.
    "stored_files",
    // Drafts as they were typed: what was submitted is in its bid.
    "bid_revisions",
    // Computed from what is vouched for, at any time again.
    "similar_signings",
    "similar_parts",
    "similar_searches",
];

/// Columns that change without an event, or that follow from the rest and are only counted by; and why.
const COLUMNS: &[(&str, &[&str])] = &[
    // What is drafted is saved while it is typed; what was submitted stands in other columns.
    (
        "bids",
        &[
            "draft",
            "draft_revision",
            "draft_saved_at",
            "version",
            "updated_at",
        ],
    ),
    // A vote leaves no event: whoever reads the trail must not learn when it was cast. What was counted stands in other
    // columns.
    ("ballot_boxes", &["turn", "votes", "sealed"]),
    // Touched to be next, whatever comes of it.
    ("rounds", &["turn"]),
    // Computed from other columns.
    ("score_sheets", &["topic_id", "on_paper"]),
    ("assignments", &["topic_id"]),
    ("result_rows", &["shared", "normalized_rank"]),
];

/// Columns that are saved while they are typed, as long as the row is a draft.
const OF_DRAFTS: &[(&str, &[&str])] = &[(
    "score_sheets",
    &["marks", "total", "notes", "version", "updated_at"],
)];

fn names(list: &[(&str, &[&str])], table: &str, column: &str) -> bool {
    list.iter()
        .any(|(of, columns)| *of == table && columns.contains(&column))
}

pub fn column(table: &str, column: &str) -> bool {
    names(COLUMNS, table, column)
}

pub fn column_of_a_draft(table: &str, column: &str) -> bool {
    names(OF_DRAFTS, table, column)
}
