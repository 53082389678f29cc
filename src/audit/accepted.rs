//! What was acknowledged of a heads file that contradicts the database, read off the events that say so.

use serde::{Deserialize, Serialize};

use super::{Verb, store};
use crate::crypto;
use crate::db::Conn;
use crate::db::heads::{Line, Written};
use crate::error::Result;
use crate::ids::ChainId;

/// What the event is about.
pub const SUBJECT: &str = "heads";

#[derive(Serialize, Deserialize)]
pub struct Said {
    pub reason: String,
    /// What the file contradicted.
    pub findings: Vec<String>,
    /// Bytes of the heads file, and their SHA-256.
    pub length: u64,
    pub sha256: String,
    /// Chain, events and digest, as the database had them.
    pub heads: Vec<(ChainId, i64, String)>,
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
