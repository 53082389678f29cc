//! Recomputing every chain and naming what does not fit.

use std::collections::HashMap;

use super::digest;
use super::store::{self, ChainRow};
use crate::db::heads::Head;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::ids::ChainId;

/// What verification found: empty means every chain is whole.
#[derive(Debug, Default)]
pub struct Report {
    pub events: i64,
    pub chains: usize,
    /// One line each, the first broken event of a chain first.
    pub findings: Vec<String>,
}

const PAGE: i64 = 1000;

/// Recomputes all chains and holds them against the heads file.
pub fn verify(db: &Db) -> Result<Report> {
    let heads = db.heads().read()?;
    let mut by_chain: HashMap<ChainId, Vec<Head>> = HashMap::new();
    for head in heads {
        by_chain.entry(head.chain).or_default().push(head);
    }
    db.read_now(|c| {
        let mut report = Report::default();
        let chains = store::chains(c)?;
        report.chains = chains.len();
        for chain in &chains {
            let written = by_chain.remove(&chain.id).unwrap_or_default();
            report.events += verify_chain(c, chain, &written, &mut report.findings)?;
        }
        for (chain, _) in by_chain {
            report.findings.push(format!(
                "chain {chain}: in the heads file, but not in the database"
            ));
        }
        let all = store::count_all(c)?;
        if all != report.events {
            report.findings.push(format!(
                "{} event(s) belong to no chain",
                all - report.events
            ));
        }
        report.findings.sort();
        Ok(report)
    })
}

fn verify_chain(
    c: &mut Conn,
    chain: &ChainRow,
    written: &[Head],
    findings: &mut Vec<String>,
) -> Result<i64> {
    let expected: HashMap<i64, &str> = written
        .iter()
        .map(|head| (head.count, head.digest.as_str()))
        .collect();
    let (mut seen, mut last, mut previous) = (0, 0, String::new());
    let mut broken = false;
    loop {
        let page = store::events_after(c, chain.id, last, PAGE)?;
        let Some(end) = page.last() else { break };
        let end = end.seq;
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
            } else if digest::of(event) != event.digest {
                Some(format!(
                    "event {} ({}, id {}) was changed",
                    event.seq, event.verb, event.id
                ))
            } else if expected
                .get(&event.seq)
                .is_some_and(|digest| *digest != event.digest)
            {
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
            last = event.seq;
            previous.clone_from(&event.digest);
        }
        last = end;
    }
    if !broken {
        let furthest = written.iter().map(|head| head.count).max().unwrap_or(0);
        if furthest > last {
            findings.push(format!(
                "chain {}: cut off after event {last}, the heads file knows {furthest}",
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
