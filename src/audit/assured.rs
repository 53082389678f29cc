//! Whether single rows are what the trail says of them, looked at before something is trusted to them: a key that content
//! is sealed to, a share that opens it, the digest of what was submitted.

use std::collections::{HashMap, HashSet};

use super::seal::Seals;
use super::store::{self, EventRow, RowLine};
use super::{Verb, digest, walk};
use crate::crypto::Key;
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{AuditEventId, OrganizationId};

/// Of these rows of a table those that are not what was last said of them, by an event that holds. What this transaction
/// itself has changed is taken as it is.
pub fn changed(tx: &mut Tx, table: &str, keys: &[String]) -> Result<Vec<String>> {
    if !store::vouches(tx)? {
        return Ok(Vec::new());
    }
    let shapes = tx.shapes().clone();
    let mine = shapes.touched_of(tx, table)?;
    let asked: Vec<&str> = keys
        .iter()
        .map(String::as_str)
        .filter(|key| !mine.contains(*key))
        .collect();
    let said = store::last_said(tx, &[table], &asked)?;
    let events: HashSet<AuditEventId> = said.iter().map(|line| line.event_id).collect();
    let key = tx.trail_key();
    let holding = holding(tx, key, events.into_iter().collect())?;
    let said: HashMap<&str, &RowLine> = said
        .iter()
        .filter(|line| holding.contains_key(&line.event_id))
        .map(|line| (line.row_key.as_str(), line))
        .collect();
    let now = shapes.digests_of(tx, table, &asked)?;
    let changed: Vec<String> = now
        .into_iter()
        .filter(|row| {
            let told = said.get(row.key.as_str());
            told.is_none_or(|line| line.digest != row.digest)
        })
        .map(|row| row.key)
        .collect();
    for key in &changed {
        log::error!("{table} {key} is not what the trail says of it");
    }
    Ok(changed)
}

/// The last event with this verb about each of these subjects, if it holds: whole, and written by this service. One that
/// does not hold hides those before it, so that spoiling the newest brings no older one back; that none was taken out is
/// for [`super::verify::broken`] to see.
pub fn last_of(
    c: &mut Conn,
    key: Option<&Key>,
    verb: Verb,
    kind: &str,
    subjects: &[i64],
) -> Result<HashMap<i64, EventRow>> {
    let mut last = HashMap::new();
    for part in subjects.chunks(500) {
        let newest: HashMap<i64, AuditEventId> = store::ids_about(c, verb.as_str(), kind, part)?
            .into_iter()
            .collect();
        let events = holding(c, key, newest.into_values().collect())?;
        last.extend(events.into_values().map(|event| (event.subject_id, event)));
    }
    Ok(last)
}

/// Of these events those that hold.
fn holding(
    c: &mut Conn,
    key: Option<&Key>,
    ids: Vec<AuditEventId>,
) -> Result<HashMap<AuditEventId, EventRow>> {
    let seals = Seals::read(c, key)?;
    let mut left: HashMap<AuditEventId, Vec<RowLine>> = HashMap::new();
    for line in store::left_by_each(c, ids.clone())? {
        left.entry(line.event_id).or_default().push(line);
    }
    let mut events = HashMap::new();
    for (event, owner) in store::events_and_owners(c, ids)? {
        let left = left.remove(&event.id).unwrap_or_default();
        if holds(&event, owner, &left, &seals) {
            events.insert(event.id, event);
        }
    }
    Ok(events)
}

fn holds(event: &EventRow, owner: Option<OrganizationId>, left: &[RowLine], seals: &Seals) -> bool {
    digest::of(event, owner) == event.digest && walk::left_holds(event, left) && seals.hold(event)
}
