//! Bringing the schema up to date without the trail's losing sight of any row. A migration changes rows by another door:
//! what it changed is vouched for again, by an event that names the migrations. What was odd before stays odd.

use std::collections::HashSet;

use anyhow::{Context, bail};
use serde_json::json;

use super::rows::{self, Acknowledged, Odd};
use super::{Chain, Event, SUBJECT_ROWS, Verb, store, trail};
use crate::clock::Clock;
use crate::db::heads::HeadsFile;
use crate::db::{Conn, Db, Manager, migrate};

/// The migration since which there is something to vouch with.
const FIRST: &str = "2026-11-28-000010_vouch_for_rows";

/// Runs what has not run yet and names it. `clock` is asked for the time of the event, if there is one to record.
///
/// # Errors
/// If rows are vouched for and the server's secret is not given: nothing is run then.
pub fn bring_up(
    url: &str,
    heads: HeadsFile,
    secret: &[u8],
    clock: impl FnOnce(&mut Conn) -> crate::error::Result<Clock>,
) -> anyhow::Result<Vec<String>> {
    let pending = migrate::pending(url)?;
    if pending.is_empty() || pending.iter().any(|name| name == FIRST) {
        return migrate::up(url);
    }
    let mut conn = Manager::new(url)?.establish()?;
    if !store::vouches(&mut conn)? {
        drop(conn);
        return migrate::up(url);
    }
    if secret.is_empty() {
        bail!(
            "migrations change rows that the trail vouches for; set BIAOGAN_SECRET_FILE, so that it can say so"
        );
    }
    let (odd, _) = rows::odd(&mut conn)?;
    let before: HashSet<(String, String)> = odd
        .into_iter()
        .map(|odd| (odd.row.table, odd.row.key))
        .collect();
    let clock = clock(&mut conn)?;
    drop(conn);
    let names = migrate::up(url)?;
    let db = Db::open(url, clock, heads, trail(secret))?;
    let ran = names.clone();
    db.write_now(move |tx| {
        let (mut odd, _) = rows::odd(tx)?;
        odd.retain(|odd| !before.contains(&(odd.row.table.clone(), odd.row.key.clone())));
        if odd.is_empty() {
            return Ok(());
        }
        let event = Event::new(Verb::RowsMigrated, Chain::System, SUBJECT_ROWS, 0)
            .detail(json!({ "migrations": ran, "rows": odd.len() }));
        rows::vouch_again(tx, &odd, event)
    })
    .context(
        "the rows that were migrated cannot be vouched for; `biaogan audit acknowledge` does it",
    )?;
    Ok(names)
}

/// Of rows that are not what the trail says of them, vouches for what they are now, for this reason. Answers what was odd.
pub(super) fn acknowledged(db: &Db, reason: &str) -> crate::error::Result<Vec<String>> {
    let reason = reason.to_owned();
    db.write_now(move |tx| {
        let (odd, _) = rows::odd(tx)?;
        let mut said: Vec<String> = odd.iter().map(Odd::said).collect();
        said.extend(rows::found_changed(tx)?);
        if said.is_empty() {
            return Ok(said);
        }
        let event = Event::new(Verb::RowsAcknowledged, Chain::System, SUBJECT_ROWS, 0).detail(
            json!(Acknowledged {
                reason: reason.clone(),
                findings: said.clone(),
            }),
        );
        rows::vouch_again(tx, &odd, event)?;
        Ok(said)
    })
}
