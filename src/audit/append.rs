//! The one place where an event is written.

use super::store::{self, ChainRow, EventRow, RowLine};
use super::tree::{self, Peaks};
use super::{Event, digest, seal};
use crate::db::Tx;
use crate::db::heads::Head;
use crate::error::Result;
use crate::ids::{AuditEventId, UserId, random_hex};

/// Appends an event to a chain, at the place that was taken, with the rows it leaves.
pub(super) fn append(
    tx: &mut Tx,
    chain: ChainRow,
    mut rows: Vec<RowLine>,
    (actor, name): (Option<UserId>, &str),
    event: Event,
) -> Result<()> {
    let now = tx.now();
    let id = AuditEventId::fresh(now);
    rows.iter_mut().for_each(|row| row.event_id = id);
    let salt = random_hex();
    let mut row = EventRow {
        id,
        chain_id: chain.id,
        seq: chain.count,
        at: now,
        actor_id: actor,
        actor_name: name.to_owned(),
        organization_id: event.organization,
        verb: event.verb.as_str().to_owned(),
        subject_kind: event.subject_kind.to_owned(),
        subject_id: event.subject_id,
        subject_version: event.subject_version,
        round_id: event.round,
        detail: event.detail.to_string(),
        previous_digest: chain.head,
        digest: String::new(),
        seal: None,
        left_digest: Some(digest::of_rows(&salt, &rows)),
        salt: Some(salt),
        nodes: None,
    };
    row.digest = digest::of(&row, chain.committee_id);
    row.seal = match tx.trail_key() {
        Some(key) => Some(seal::of(key, &row.digest)),
        None if seal::begun(tx)?.is_some() => return Err(seal::secret_needed()),
        None => None,
    };
    let mut peaks = Peaks::read(&chain.peaks);
    // A chain of before there were trees gets one when the service starts.
    if row.seq == 1 || !chain.peaks.is_empty() {
        row.nodes = Some(tree::write(&peaks.push(row.seq, &row.digest)));
    }
    store::insert_event(tx, &row)?;
    store::insert_rows(tx, &rows)?;
    store::set_head(tx, row.chain_id, &row.digest, &tree::write(&peaks.0))?;
    tx.note_head(Head {
        chain: row.chain_id,
        count: row.seq,
        digest: row.digest,
    });
    Ok(())
}
