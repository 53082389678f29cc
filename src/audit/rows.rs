//! Vouching for rows: each event carries the digest of every row that its transaction left behind, and the last that was
//! said of a row is what the row must be.
//!
//! [`super::record`] takes the rows that changed until then. What is changed after the last event of a transaction, or by
//! one that records none, is told by an event of its own before the commit, see [`close`].

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::append::append;
use super::store::{self, ChainRow, RowLine};
use super::tree::{self, Peaks};
use super::{Chain, Event, SUBJECT_ROWS, Verb, seal};
use crate::db::vouched::{Left, Shapes};
use crate::db::{Conn, Db, Trail, Tx};
use crate::error::Result;
use crate::ids::AuditEventId;
use crate::who::Actor;

/// What has to be said of rows that is not said yet.
#[derive(Default)]
pub(super) struct Changed {
    /// Rows that the transaction found otherwise than what was last said of them, as it found them.
    pub found: Vec<RowLine>,
    pub lines: Vec<RowLine>,
}

/// The rows that changed since the last event of this transaction, to be told by the next.
pub(super) fn changed(tx: &mut Tx) -> Result<Changed> {
    let left = tx.left()?;
    let mut changed = Changed::default();
    for part in left.chunks(PART) {
        let mut last = last_of(tx, part)?;
        for row in part {
            let mut said = last.remove(&row.name());
            if said.as_ref().and_then(|line| line.digest.as_ref()) != row.was.as_ref() {
                let found = next(row, said.as_ref(), row.was.clone());
                changed.found.push(found.clone());
                said = Some(found);
            }
            changed.lines.extend(unless_said(row, said.as_ref()));
        }
    }
    if !changed.found.is_empty() && !store::vouches(tx)? {
        return Ok(Changed {
            found: Vec::new(),
            lines: lines(tx, &left)?,
        });
    }
    Ok(changed)
}

/// What has to be said of these rows, whatever they were.
fn lines(c: &mut Conn, left: &[Left]) -> Result<Vec<RowLine>> {
    let mut lines = Vec::with_capacity(left.len());
    for part in left.chunks(PART) {
        let last = last_of(c, part)?;
        let told = part.iter();
        lines.extend(told.filter_map(|row| unless_said(row, last.get(&row.name()))));
    }
    Ok(lines)
}

/// Before a transaction is told: that it found rows otherwise than they were left. Answers the chain's next place.
pub(super) fn tell_found(tx: &mut Tx, chain: ChainRow, found: Vec<RowLine>) -> Result<ChainRow> {
    if found.is_empty() {
        return Ok(chain);
    }
    let rows: Vec<_> = found
        .iter()
        .map(|line| (line.table_name.clone(), line.row_key.clone()))
        .collect();
    log::error!("changed by another door before a command changed them: {rows:?}");
    let id = chain.id;
    let event = Event::new(Verb::RowsFoundChanged, Chain::System, SUBJECT_ROWS, 0)
        .detail(json!(FoundChanged { rows }));
    append(tx, chain, found, (None, Actor::System.name()), event)?;
    store::take_place(tx, id)
}

/// Tables and keys of rows that were changed by another door before a command changed them.
#[derive(Serialize, Deserialize)]
struct FoundChanged {
    rows: Vec<(String, String)>,
}

const PART: usize = 500;

/// What was last said of these rows.
fn last_of(c: &mut Conn, left: &[Left]) -> Result<HashMap<(String, String), RowLine>> {
    let mut tables: Vec<&str> = left.iter().map(|row| row.table.as_str()).collect();
    tables.dedup();
    let keys: Vec<&str> = left.iter().map(|row| row.key.as_str()).collect();
    let said = store::last_said(c, &tables, &keys)?.into_iter();
    Ok(said
        .map(|line| ((line.table_name.clone(), line.row_key.clone()), line))
        .collect())
}

fn unless_said(row: &Left, last: Option<&RowLine>) -> Option<RowLine> {
    let said = last.and_then(|line| line.digest.as_ref());
    (said != row.digest.as_ref()).then(|| next(row, last, row.digest.clone()))
}

fn next(row: &Left, last: Option<&RowLine>, digest: Option<String>) -> RowLine {
    RowLine {
        nth: last.map_or(0, |last| last.nth) + 1,
        ..line(&row.table, &row.key, digest)
    }
}

/// Said for the first time, of an event that has no id yet.
fn line(table: &str, key: &str, digest: Option<String>) -> RowLine {
    RowLine {
        event_id: AuditEventId(0),
        table_name: table.to_owned(),
        row_key: key.to_owned(),
        nth: 1,
        digest,
    }
}

/// Before a transaction is committed: what no event of it told yet is told now, in the chain of its last one.
fn close(tx: &mut Tx) -> Result<()> {
    let rows = changed(tx)?;
    if rows.found.is_empty() && rows.lines.is_empty() {
        return Ok(());
    }
    let chain = tx.last_chain().unwrap_or(store::SYSTEM_CHAIN);
    let chain = store::take_place(tx, chain)?;
    let chain = tell_found(tx, chain, rows.found)?;
    let event = Event::new(Verb::RowsLeft, Chain::System, SUBJECT_ROWS, 0);
    append(tx, chain, rows.lines, (None, Actor::System.name()), event)
}

/// What the trail asks of every transaction, by the server's secret.
pub fn trail(secret: &[u8]) -> Trail {
    Trail {
        closing: close,
        key: seal::key(secret),
    }
}

/// Where no event is sealed yet: vouches for every row there is, and seals events from here on. What was changed behind
/// the database's back before is not found by this. Nothing is done where the secret is not known.
pub fn begin(db: &Db) -> Result<()> {
    grow_trees(db)?;
    if db.trail_key().is_none() || db.read_now(seal::begun)?.is_some() {
        return Ok(());
    }
    db.write_now(|tx| {
        if seal::begun(tx)?.is_some() {
            return Ok(());
        }
        let before = store::chains(tx)?
            .into_iter()
            .map(|chain| (chain.id, chain.count))
            .collect();
        // What changed in this transaction is among all the rows.
        tx.left()?;
        let mut all = Vec::new();
        for shape in tx.shapes().clone().all() {
            shape.each(tx, |key, digest| {
                all.push(Left {
                    table: shape.table.clone(),
                    key,
                    was: None,
                    digest: Some(digest),
                });
            })?;
        }
        all.sort_by(|one, other| (&one.table, &one.key).cmp(&(&other.table, &other.key)));
        let rows = lines(tx, &all)?;
        let chain = store::take_place(tx, store::SYSTEM_CHAIN)?;
        let event = Event::new(Verb::RowsVouched, Chain::System, seal::SUBJECT, 0)
            .detail(json!(seal::Begun { before }));
        append(tx, chain, rows, (None, Actor::System.name()), event)
    })
}

fn bare(c: &mut Conn) -> Result<Vec<ChainRow>> {
    let mut chains = store::chains(c)?;
    chains.retain(|chain| chain.count > 0 && chain.peaks.is_empty());
    Ok(chains)
}

/// Where chains have no hash tree yet, as before there were any, they get one.
fn grow_trees(db: &Db) -> Result<()> {
    if db.read_now(bare)?.is_empty() {
        return Ok(());
    }
    db.write_now(|tx| {
        for chain in bare(tx)? {
            let (mut peaks, mut last) = (Peaks::default(), 0);
            loop {
                let page = store::events_after(tx, chain.id, last, 1000)?;
                let Some(end) = page.last() else { break };
                last = end.seq;
                for event in &page {
                    let nodes = peaks.push(event.seq, &event.digest);
                    store::set_nodes(tx, event.id, &tree::write(&nodes))?;
                }
            }
            store::set_head(tx, chain.id, &chain.head, &tree::write(&peaks.0))?;
        }
        Ok(())
    })
}

/// A row that is not what was last said of it.
pub(super) struct Odd {
    /// As it is now.
    pub row: Left,
    pub fault: String,
}

impl Odd {
    pub fn said(&self) -> String {
        format!("{} {}: {}", self.row.table, self.row.key, self.fault)
    }
}

/// Rows that are not what was last said of them, by table; and what is missing of what was said.
pub(super) fn odd(c: &mut Conn) -> Result<(Vec<Odd>, Vec<String>)> {
    let (mut odd, mut gaps) = (Vec::new(), Vec::new());
    if !store::vouches(c)? {
        return Ok((odd, gaps));
    }
    let shapes = Shapes::of(c)?;
    for shape in shapes.all() {
        let table = &shape.table;
        let row = |key: String, digest: Option<String>| Left {
            table: table.clone(),
            key,
            was: None,
            digest,
        };
        let mut said = last_said_of(c, table, &mut gaps)?;
        shape.each(c, |key, digest| {
            let fault = match said.remove(&key) {
                Some(last) if last.digest.as_ref() == Some(&digest) => return,
                Some(last) if last.digest.is_some() => {
                    format!("was changed by another door since event {}", last.event_id)
                }
                Some(_) | None => "was inserted by another door: no event made it".to_owned(),
            };
            let row = row(key, Some(digest));
            odd.push(Odd { row, fault });
        })?;
        let mut gone: Vec<RowLine> = said.into_values().collect();
        gone.retain(|line| line.digest.is_some());
        gone.sort_unstable_by(|one, other| one.row_key.cmp(&other.row_key));
        odd.extend(gone.into_iter().map(|line| Odd {
            row: row(line.row_key, None),
            fault: format!("was removed by another door since event {}", line.event_id),
        }));
    }
    Ok((odd, gaps))
}

/// What was last said of each row of a table.
fn last_said_of(
    c: &mut Conn,
    table: &str,
    gaps: &mut Vec<String>,
) -> Result<HashMap<String, RowLine>> {
    let mut said: HashMap<String, RowLine> = HashMap::new();
    for line in store::said_of(c, table)? {
        let nth = said.get(&line.row_key).map_or(0, |last| last.nth) + 1;
        if line.nth != nth {
            gaps.push(format!(
                "{table} {}: what was said of it for the {nth}th time is missing",
                line.row_key
            ));
        }
        said.insert(line.row_key.clone(), line);
    }
    Ok(said)
}

/// Says of these rows that they are what they are now, by an event of the system's chain.
pub(super) fn vouch_again(tx: &mut Tx, odd: &[Odd], event: Event) -> Result<()> {
    let left: Vec<Left> = odd.iter().map(|one| one.row.clone()).collect();
    let rows = lines(tx, &left)?;
    let chain = store::take_place(tx, store::SYSTEM_CHAIN)?;
    append(tx, chain, rows, (None, Actor::System.name()), event)
}

/// Rows that had been changed by another door when a command changed them, unless that was acknowledged since.
pub(super) fn found_changed(c: &mut Conn) -> Result<Vec<String>> {
    let mut acknowledged = HashSet::new();
    for event in store::about(c, SUBJECT_ROWS, Verb::RowsAcknowledged.as_str())? {
        let said: Acknowledged = serde_json::from_str(&event.detail)?;
        acknowledged.extend(said.findings);
    }
    let mut findings = Vec::new();
    for event in store::all_about(c, SUBJECT_ROWS, Verb::RowsFoundChanged.as_str())? {
        let said: FoundChanged = serde_json::from_str(&event.detail)?;
        findings.extend(said.rows.iter().map(|(table, key)| {
            format!(
                "{table} {key}: was changed by another door before event {}",
                event.id
            )
        }));
    }
    findings.retain(|finding| !acknowledged.contains(finding));
    Ok(findings)
}

/// Why rows are taken as they are, and what was found of them.
#[derive(Serialize, Deserialize)]
pub(super) struct Acknowledged {
    pub reason: String,
    pub findings: Vec<String>,
}

/// Rows that are not what was last said of them, and what is missing. What an event itself says of rows is held by its
/// digest.
pub(super) fn verify(c: &mut Conn) -> Result<Vec<String>> {
    let (odd, mut findings) = odd(c)?;
    findings.extend(odd.iter().map(Odd::said));
    findings.extend(found_changed(c)?);
    for line in store::said_by_none(c)? {
        findings.push(format!(
            "{} {}: event {}, which is said to have left it, is not there",
            line.table_name, line.row_key, line.event_id
        ));
    }
    Ok(findings)
}
