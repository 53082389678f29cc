//! Recomputing every chain and naming what does not fit.

use super::known::{self, Known};
use super::rows;
use super::seal::Seals;
use super::store;
use super::walk::{Broken, walk};
use crate::crypto::Key;
use crate::db::heads::Written;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::ids::OrganizationId;

/// What verification found: empty means every chain is whole.
#[derive(Debug, Default)]
pub struct Report {
    pub events: i64,
    pub chains: usize,
    /// One line each, the first broken event of a chain first.
    pub findings: Vec<String>,
}

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
        let walked = walk(c, chain, &known, &seals)?;
        report.events += walked.events;
        let fault = walked.broken.map(|broken| broken.fault);
        report
            .findings
            .extend(fault.map(|fault| format!("chain {}: {fault}", chain.id)));
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
            let fault = known::cut_off(chain.count, last.count);
            findings.push(format!("chain {}: {fault}", chain.id));
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

/// Where a committee's chain first does not hold, looked at on one snapshot; None if it is whole.
pub fn broken(db: &Db, committee: OrganizationId) -> Result<Option<Broken>> {
    let written = db.heads().read()?;
    db.snapshot_now(|c| {
        let known = Known::of(c, &written)?;
        let seals = Seals::read(c, db.trail_key())?;
        let Some(chain) = store::chain_of(c, committee)? else {
            let fault = "there is no chain".to_owned();
            return Ok(Some(Broken { seq: 1, fault }));
        };
        Ok(walk(c, &chain, &known, &seals)?.broken)
    })
}
