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

/// Runs every invariant, looks for the stored files in their folder and recomputes the audit chains; empty means that all
/// hold.
pub fn run(db: &Db, folder: &Path) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for (room, checks) in CHECKS {
        for check in *checks {
            let found = db.read_now(check)?;
            findings.extend(found.into_iter().map(|line| format!("{room}: {line}")));
        }
    }
    let found = db.read_now(|c| files::stored(c, folder))?;
    findings.extend(found.into_iter().map(|line| format!("files: {line}")));
    let report = audit::verify::verify(db)?;
    findings.extend(
        report
            .findings
            .into_iter()
            .map(|line| format!("audit: {line}")),
    );
    Ok(findings)
}
