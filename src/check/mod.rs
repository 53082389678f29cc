//! The invariants of live data: what every command keeps, looked at from outside.
//!
//! A check is a query that finds nothing when all is well; each finding is one line. `biaogan check` runs them all,
//! and tests run them after each journey. A room's invariants are listed in a file of its own.

mod acceptance;
mod evaluation;
mod files;
mod holidays;
mod panel;
mod people;
mod projects;
mod rounds;

use std::path::Path;

use crate::audit;
use crate::db::heads::{HeadsFile, Written};
use crate::db::{Conn, Db};
use crate::error::Result;

type Check = fn(&mut Conn) -> Result<Vec<String>>;

/// Every invariant, under the room that keeps it.
const CHECKS: &[(&str, &[Check])] = &[
    ("people", people::CHECKS),
    ("holidays", holidays::CHECKS),
    ("rounds", rounds::CHECKS),
    ("evaluation", evaluation::CHECKS),
    ("panel", panel::CHECKS),
    ("projects", projects::CHECKS),
    ("acceptance", acceptance::CHECKS),
];

/// Runs every invariant and the audit chains, on one snapshot, and looks at the stored files in their folder; empty means
/// that all hold.
pub fn run(db: &Db, folder: &Path) -> Result<Vec<String>> {
    // Before the snapshot: every head that is read belongs to an event in it.
    let heads = db.heads().read()?;
    let mut findings = db.snapshot_now(|c| invariants(c, &heads))?;
    findings.extend(files::stored(db, folder)?);
    Ok(findings)
}

/// All of it over a database that nobody else has open: one that is being restored.
pub fn at_rest(c: &mut Conn, heads: &HeadsFile, folder: &Path) -> Result<Vec<String>> {
    let mut findings = invariants(c, &heads.read()?)?;
    findings.extend(files::at_rest(c, folder)?);
    Ok(findings)
}

fn invariants(c: &mut Conn, heads: &Written) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for (room, checks) in CHECKS {
        for check in *checks {
            let found = check(c)?;
            findings.extend(found.into_iter().map(|line| format!("{room}: {line}")));
        }
    }
    let report = audit::verify::verify_against(c, heads)?;
    findings.extend(
        report
            .findings
            .into_iter()
            .map(|line| format!("audit: {line}")),
    );
    Ok(findings)
}
