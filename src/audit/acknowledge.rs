//! A database that was set back, from a backup for example, contradicts the heads file for ever. Somebody says why, by
//! command: an event of the system's chain names as much of the file as there was then, and every head of the database as
//! it was then, which holds from there on.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::actions::record;
use super::store::{self, ChainRow};
use super::verify;
use super::{Chain, Event, Verb};
use crate::crypto;
use crate::db::heads::{Line, Written};
use crate::db::{Conn, Db};
use crate::error::{Error, Refusal, Result};
use crate::ids::ChainId;
use crate::who::Actor;

/// What the event is about.
pub const SUBJECT: &str = "heads";

#[derive(Serialize, Deserialize)]
struct Said {
    reason: String,
    /// What the file contradicted.
    findings: Vec<String>,
    /// Bytes of the heads file, and their SHA-256.
    length: u64,
    sha256: String,
    /// Chain, events and digest, as the database had them.
    heads: Vec<(ChainId, i64, String)>,
}

/// What was acknowledged of a heads file.
#[derive(Default)]
pub struct Accepted {
    /// What ends within so many bytes was.
    pub until: u64,
    /// The heads that hold instead.
    pub heads: Vec<Line>,
}

pub fn accepted(c: &mut Conn, written: &Written) -> Result<Accepted> {
    let mut accepted = Accepted::default();
    for event in store::about(c, SUBJECT, Verb::HeadsAcknowledged.as_str())? {
        let said: Said = serde_json::from_str(&event.detail)?;
        // Each node has a file of its own: an acknowledgement is of one of them.
        if written.digest_of_first(said.length)? == Some(said.sha256) {
            accepted.until = accepted.until.max(said.length);
        }
        accepted.heads.extend(said.heads.iter().filter_map(head));
    }
    Ok(accepted)
}

fn head((chain, count, digest): &(ChainId, i64, String)) -> Option<Line> {
    let digest = crypto::from_hex(digest).try_into().ok()?;
    Some(Line {
        chain: *chain,
        count: *count,
        digest,
        end: 0,
    })
}

/// Acknowledges whatever the heads file of this node contradicts now, and answers it.
pub fn acknowledge(db: &Db, reason: &str) -> Result<Vec<String>> {
    let reason = reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Error::field("reason", "请写明原因。"));
    }
    let written = db.heads().read()?;
    let findings = db.snapshot_now(|c| verify::contradictions(c, &written))?;
    if findings.is_empty() {
        return Err(Error::Conflict(Refusal::new(
            "nothing_to_acknowledge",
            "链首文件与数据库没有不一致之处。",
        )));
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
