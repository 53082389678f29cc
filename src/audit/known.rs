//! The heads that are known beside the database: those of the heads file, and those that were acknowledged instead.

use super::accepted;
use super::store::{ChainRow, EventRow};
use crate::crypto;
use crate::db::Conn;
use crate::db::heads::{Line, Written};
use crate::error::Result;
use crate::ids::ChainId;

/// What the heads file and the acknowledgements hold the chains to: by chain and count.
pub struct Known(Vec<Line>);

impl Known {
    /// What was acknowledged is of another past: from there on the heads named then hold.
    pub fn of(c: &mut Conn, written: &Written) -> Result<Self> {
        let accepted = accepted::accepted(c, written)?;
        let mut lines = written.lines.clone();
        lines.retain(|line| line.end > accepted.until);
        lines.extend(accepted.heads);
        for line in &mut lines {
            line.end = 0;
        }
        lines.sort_unstable();
        lines.dedup();
        Ok(Self(lines))
    }

    pub fn chain(&self, chain: ChainId) -> &[Line] {
        let from = self.0.partition_point(|line| line.chain < chain);
        let to = self.0.partition_point(|line| line.chain <= chain);
        self.0.get(from..to).unwrap_or_default()
    }

    /// Chains that the database has not.
    pub fn strangers(&self, chains: &[ChainRow]) -> Vec<String> {
        self.0
            .chunk_by(|one, other| one.chain == other.chain)
            .filter_map(|lines| lines.first())
            .filter(|line| chains.iter().all(|chain| chain.id != line.chain))
            .map(|line| {
                format!(
                    "chain {}: in the heads file, but not in the database",
                    line.chain
                )
            })
            .collect()
    }

    /// Chains with two digests for one count: the database was set back, and went on to another past.
    pub fn set_back(&self, chains: &[ChainRow]) -> Vec<String> {
        chains
            .iter()
            .filter_map(|chain| {
                let lines = self.chain(chain.id);
                let mut twice = lines
                    .chunk_by(|one, other| one.count == other.count)
                    .filter(|same| same.len() > 1);
                let first = twice.next()?.first()?.count;
                Some(format!(
                    "chain {}: the heads file knows two digests of event {first}{}: the database was set back to an \
                     earlier state (`biaogan audit acknowledge`)",
                    chain.id,
                    match twice.count() {
                        0 => String::new(),
                        more => format!(" and of {more} more"),
                    }
                ))
            })
            .collect()
    }

    /// A file that is not there, or has nothing in it, beside chains that have events.
    pub fn nothing(&self, chains: &[ChainRow]) -> Option<String> {
        let events = chains.iter().any(|chain| chain.count > 0);
        (events && self.0.is_empty()).then(|| {
            "the heads file is not there or is empty, though there are events (`biaogan audit acknowledge`)".to_owned()
        })
    }

    /// Whether the event is one of those that the file knows at its place, if it knows any.
    pub fn fits(&self, event: &Option<EventRow>, count: i64) -> bool {
        event
            .as_ref()
            .is_some_and(|event| fits(self.chain(event.chain_id), count, &event.digest))
    }
}

/// Whether the digest is one of those that are known of this place, if any is.
pub fn fits(lines: &[Line], count: i64, digest: &str) -> bool {
    let from = lines.partition_point(|line| line.count < count);
    let mut same = lines
        .iter()
        .skip(from)
        .take_while(|line| line.count == count)
        .peekable();
    same.peek().is_none() || same.any(|line| crypto::to_hex(&line.digest) == digest)
}

pub fn cut_off(last: i64, furthest: i64) -> String {
    format!("cut off after event {last}, the heads file knows {furthest}")
}
