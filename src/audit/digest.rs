//! The canonical form of an event and its SHA-256.

use std::fmt::Write as _;

use serde_json::json;

use super::store::{EventRow, RowLine};
use crate::crypto::sha256_hex;
use crate::ids::OrganizationId;

/// The digest over everything an event says, over whose chain it stands in, and over the digest before it.
pub fn of(event: &EventRow, owner: Option<OrganizationId>) -> String {
    sha256_hex(canonical(event, owner).as_bytes())
}

/// The text that is hashed.
pub fn canonical(event: &EventRow, owner: Option<OrganizationId>) -> String {
    let said = json!([
        event.chain_id,
        event.seq,
        event.at.micros(),
        event.actor_id,
        event.actor_name,
        event.organization_id,
        event.verb,
        event.subject_kind,
        event.subject_id,
        event.subject_version,
        event.round_id,
        event.detail,
        event.previous_digest,
    ]);
    let canonical = match &event.salt {
        Some(salt) => json!([said, owner, event.id, salt, event.left_digest]),
        None => said,
    };
    canonical.to_string()
}

/// The digest over the rows that an event left, in the order of their tables and keys.
pub fn of_rows(salt: &str, rows: &[RowLine]) -> String {
    let mut lines = format!("{salt}\n");
    for row in rows {
        let digest = row.digest.as_deref().unwrap_or("-");
        let _infallible = writeln!(
            lines,
            "{} {} {} {digest}",
            row.table_name, row.row_key, row.nth
        );
    }
    sha256_hex(lines.as_bytes())
}
