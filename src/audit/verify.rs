//! Recomputing every chain and naming what does not fit.

use std::collections::HashMap;

use super::accepted;
use super::seal::Seals;
use super::store::{self, ChainRow, EventRow, RowLine};
use super::{digest, rows};
use crate::crypto::{self, Key};
use crate::db::heads::{Line, Written};
use crate::db::{Backend, Conn, Db};
use crate::error::Result;
use crate::ids::{AuditEventId, ChainId};

/// What verification found: empty means every chain is whole.
#[derive(Debug, Default)]
pub struct Report {
    pub events: i64,
    pub chains: usize,
    /// One line each, the first broken event of a chain first.
    pub findings: Vec<String>,
}

const PAGE: i64 = 1000;
/// Heads are in their file by then.
const IN_FLIGHT: chrono::Duration = chrono::Duration::minutes(1);

/// Recomputes all chains, on one snapshot, and holds them against the heads file.
pub fn verify(db: &Db) -> Result<Report> {
    // Before the snapshot: every head that is read belongs to an event in it.
    let written = db.heads().read()?;
    db.snapshot_now(|c| verify_against(c, &written, db.trail_key()))
}

/// The same on a connection whose queries see one state.
pub fn verify_against(c: &mut Conn, written: &Written, key: Option<&Key>) -> Result<Report> {
    let known = Known::of(c, written)?;
    let seals = Seals::read(c, key)?;
    let mut report = Report::default();
    report.findings.extend(seals.finding.clone());
    let chains = store::chains(c)?;
    report.chains = chains.len();
    for chain in &chains {
        report.events += verify_chain(
            c,
            chain,
            (known.chain(chain.id), &seals),
            &mut report.findings,
        )?;
    }
    report.findings.extend(rows::verify(c)?);
    report.findings.extend(known.strangers(&chains));
    report.findings.extend(known.set_back(&chains));
    report.findings.extend(known.nothing(&chains));
    let all = store::count_all(c)?;
    if all != report.events {
        report.findings.push(format!(
            "{} event(s) belong to no chain",
            all - report.events
        ));
    }
    report.findings.sort();
    Ok(report)
}

/// The part of it that is quickly told: whether the heads file is of another past than the database. Nothing is
/// recomputed.
pub fn contradictions(c: &mut Conn, written: &Written) -> Result<Vec<String>> {
    let known = Known::of(c, written)?;
    let chains = store::chains(c)?;
    let mut findings = known.strangers(&chains);
    findings.extend(known.set_back(&chains));
    findings.extend(known.nothing(&chains));
    for chain in &chains {
        let Some(last) = known.chain(chain.id).last() else {
            continue;
        };
        if last.count > chain.count {
            findings.push(cut_off(chain.id, chain.count, last.count));
        } else if !known.fits(&store::event_at(c, chain.id, last.count)?, last.count) {
            findings.push(format!(
                "chain {}: event {} differs from the heads file",
                chain.id, last.count
            ));
        }
    }
    findings.sort();
    Ok(findings)
}

/// Of heads that somebody noted earlier, those that no event has any more.
pub fn noted(db: &Db, heads: &[String]) -> Result<Vec<String>> {
    db.read_now(|c| {
        let mut findings = Vec::new();
        for head in heads {
            let digest = head.trim().to_lowercase();
            if !store::has_digest(c, &digest)? {
                findings.push(format!("no event has the noted head {digest}"));
            }
        }
        Ok(findings)
    })
}

fn cut_off(chain: ChainId, last: i64, furthest: i64) -> String {
    format!("chain {chain}: cut off after event {last}, the heads file knows {furthest}")
}

/// What the heads file and the acknowledgements hold the chains to: by chain and count.
struct Known(Vec<Line>);

impl Known {
    /// What was acknowledged is of another past: from there on the heads named then hold.
    fn of(c: &mut Conn, written: &Written) -> Result<Self> {
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

    fn chain(&self, chain: ChainId) -> &[Line] {
        let from = self.0.partition_point(|line| line.chain < chain);
        let to = self.0.partition_point(|line| line.chain <= chain);
        self.0.get(from..to).unwrap_or_default()
    }

    /// Chains that the database has not.
    fn strangers(&self, chains: &[ChainRow]) -> Vec<String> {
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
    fn set_back(&self, chains: &[ChainRow]) -> Vec<String> {
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
    fn nothing(&self, chains: &[ChainRow]) -> Option<String> {
        let events = chains.iter().any(|chain| chain.count > 0);
        (events && self.0.is_empty()).then(|| {
            "the heads file is not there or is empty, though there are events (`biaogan audit acknowledge`)".to_owned()
        })
    }

    /// Whether the event is one of those that the file knows at its place, if it knows any.
    fn fits(&self, event: &Option<EventRow>, count: i64) -> bool {
        event
            .as_ref()
            .is_some_and(|event| fits(self.chain(event.chain_id), count, &event.digest))
    }
}

fn fits(lines: &[Line], count: i64, digest: &str) -> bool {
    let from = lines.partition_point(|line| line.count < count);
    let mut same = lines
        .iter()
        .skip(from)
        .take_while(|line| line.count == count)
        .peekable();
    same.peek().is_none() || same.any(|line| crypto::to_hex(&line.digest) == digest)
}

fn left_by(c: &mut Conn, page: &[EventRow]) -> Result<HashMap<AuditEventId, Vec<RowLine>>> {
    let ids = page.iter().map(|event| event.id).collect();
    let mut left: HashMap<AuditEventId, Vec<RowLine>> = HashMap::new();
    for line in store::left_by_each(c, ids)? {
        left.entry(line.event_id).or_default().push(line);
    }
    Ok(left)
}

/// Whether the rows are those that the event told of.
pub(super) fn left_holds(event: &EventRow, rows: &[RowLine]) -> bool {
    match (&event.salt, &event.left_digest) {
        (Some(salt), Some(told)) => digest::of_rows(salt, rows) == *told,
        (None, None) => rows.is_empty(),
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn verify_chain(
    c: &mut Conn,
    chain: &ChainRow,
    (known, seals): (&[Line], &Seals),
    findings: &mut Vec<String>,
) -> Result<i64> {
    let (mut seen, mut last, mut previous) = (0, 0, String::new());
    let mut broken = false;
    let furthest = known.last().map_or(0, |line| line.count);
    // When the first event was recorded that the heads file does not know, and the last of all.
    let (mut unknown, mut newest) = (None, None);
    loop {
        let page = store::events_after(c, chain.id, last, PAGE)?;
        let Some(end) = page.last() else { break };
        let end = end.seq;
        let left = left_by(c, &page)?;
        for event in &page {
            seen += 1;
            let fault = if event.seq > chain.count {
                Some(format!("event {} was inserted beyond the head", event.seq))
            } else if event.seq != last + 1 {
                Some(format!("event {} is missing", last + 1))
            } else if event.previous_digest != previous {
                Some(format!(
                    "event {} does not follow the one before it",
                    event.seq
                ))
            } else if digest::of(event, chain.committee_id) != event.digest {
                Some(format!(
                    "event {} ({}, id {}) was changed",
                    event.seq, event.verb, event.id
                ))
            } else if !seals.hold(event) {
                Some(format!(
                    "event {} ({}, id {}) was not written by this service",
                    event.seq, event.verb, event.id
                ))
            } else if !left_holds(
                event,
                left.get(&event.id).map(Vec::as_slice).unwrap_or_default(),
            ) {
                Some(format!(
                    "what event {} ({}, id {}) left behind was changed",
                    event.seq, event.verb, event.id
                ))
            } else if !fits(known, event.seq, &event.digest) {
                Some(format!("event {} differs from the heads file", event.seq))
            } else {
                None
            };
            if let Some(fault) = fault
                && !broken
            {
                broken = true;
                findings.push(format!("chain {}: {fault}", chain.id));
            }
            newest = Some(event.at);
            if event.seq > furthest {
                unknown = unknown.or(newest);
            }
            last = event.seq;
            previous.clone_from(&event.digest);
        }
        last = end;
    }
    if !broken {
        // What is being committed at this moment is not in the file yet; other nodes have files of their own.
        let behind = unknown
            .zip(newest)
            .is_some_and(|(first, last)| last - first > IN_FLIGHT);
        if furthest > last {
            findings.push(cut_off(chain.id, last, furthest));
        } else if behind && furthest > 0 && c.backend() == Backend::Sqlite {
            findings.push(format!(
                "chain {}: the heads file ends at event {furthest}, there are {last}",
                chain.id
            ));
        } else if chain.count != last {
            findings.push(format!(
                "chain {}: the head counts {} events, there are {last}",
                chain.id, chain.count
            ));
        } else if chain.head != previous {
            findings.push(format!(
                "chain {}: the head is not the digest of event {last}",
                chain.id
            ));
        }
    }
    Ok(seen)
}
