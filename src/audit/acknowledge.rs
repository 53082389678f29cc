//! A database that was set back, from a backup for example, contradicts the heads file for ever. Somebody says why, by
//! command: an event of the system's chain names as much of the file as there was then, and every head of the database as
//! it was then, which holds from there on. Rows that were changed by another door, to repair something for example, are
//! likewise vouched for as they are now.

use serde_json::json;

use super::accepted::{SUBJECT, Said};
use super::actions::record;
use super::store::{self, ChainRow};
use super::{Chain, Event, Verb};
use super::{upgrade, verify};
use crate::db::Db;
use crate::db::heads::Head;
use crate::error::{Error, Refusal, Result};
use crate::who::Actor;

/// Acknowledges whatever the heads file of this node contradicts now, and rows that are not what the trail says of them.
/// Answers both.
pub fn acknowledge(db: &Db, reason: &str) -> Result<Vec<String>> {
    let reason = reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Error::field("reason", "请写明原因。"));
    }
    let mut findings = heads(db, &reason)?;
    findings.extend(upgrade::acknowledged(db, &reason)?);
    match findings.is_empty() {
        true => Err(Error::Conflict(Refusal::new(
            "nothing_to_acknowledge",
            "链首文件、数据与审计链没有不一致之处。",
        ))),
        false => Ok(findings),
    }
}

fn heads(db: &Db, reason: &str) -> Result<Vec<String>> {
    let reason = reason.to_owned();
    let written = db.heads().read()?;
    let findings = db.snapshot_now(|c| verify::contradictions(c, &written))?;
    if findings.is_empty() {
        return Ok(findings);
    }
    let sha256 = written
        .digest_of_first(written.length)?
        .ok_or_else(|| anyhow::anyhow!("the heads file shrank"))?;
    let told = findings.clone();
    db.write_now(move |tx| {
        let heads = store::chains(tx)?;
        let said = Said {
            reason: reason.clone(),
            findings: told.clone(),
            length: written.length,
            sha256: sha256.clone(),
            heads: heads
                .into_iter()
                .filter(|chain| chain.count > 0)
                .map(
                    |ChainRow {
                         id, count, head, ..
                     }| (id, count, head),
                )
                .collect(),
        };
        let event =
            Event::new(Verb::HeadsAcknowledged, Chain::System, SUBJECT, 0).detail(json!(said));
        record(tx, &Actor::System, event)
    })?;
    Ok(findings)
}

/// A node that has no heads file yet begins one with the heads there are: an event says so, for whoever removes a file
/// to be rid of what it proves is told of by it.
pub fn begin_file(db: &Db) -> Result<()> {
    if !db.heads().read()?.lines.is_empty() {
        return Ok(());
    }
    let heads = db.read_now(store::chains)?;
    if heads.iter().all(|chain| chain.count == 0) {
        return Ok(());
    }
    let known: Vec<Head> = heads
        .iter()
        .filter(|chain| chain.count > 0)
        .map(|chain| Head {
            chain: chain.id,
            count: chain.count,
            digest: chain.head.clone(),
        })
        .collect();
    db.heads().append(&known)?;
    db.write_now(move |tx| {
        let event = Event::new(Verb::HeadsBegun, Chain::System, SUBJECT, 0)
            .detail(json!({ "chains": known.len() }));
        record(tx, &Actor::System, event)
    })
}
