//! The canonical form of an event and its SHA-256.

use serde_json::json;

use super::store::EventRow;
use crate::crypto::sha256_hex;

/// The digest over everything an event says and over the digest before it.
pub fn of(event: &EventRow) -> String {
    let canonical = json!([
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
    sha256_hex(canonical.to_string().as_bytes())
}
