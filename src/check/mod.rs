//! The invariants of live data: what every command keeps, looked at from outside.
//!
//! A check is a query that finds nothing when all is well; each finding is one line. `biaogan check` runs them all,
//! and tests run them after each journey. A room's invariants are listed in a file of its own.

mod acceptance;
mod evaluation;
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
use crate::files;

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

/// Runs every invariant and the audit chains, on one snapshot; empty means that all hold.
pub fn run(db: &Db) -> Result<Vec<String>> {
    // Before the snapshot: every head that is read belongs to an event in it.
    let heads = db.heads().read()?;
    db.snapshot_now(|c| invariants(c, &heads))
}

/// Every stored file that the database names lies in `folder` and is what was stored there. A file whose row was removed
/// while this looked is none of them.
pub fn stored_files(db: &Db, folder: &Path) -> Result<Vec<String>> {
    let stored = db.snapshot_now(files::stored_files)?;
    let mut findings = Vec::new();
    for file in stored {
        if let Some(fault) = file.fault(folder)
            && db.read_now(|c| files::is_named(c, &file))?
        {
            findings.push(format!("files: {fault}"));
        }
    }
    Ok(findings)
}

/// All of it over a database that nobody else has open: one that is being restored.
pub fn at_rest(c: &mut Conn, heads: &HeadsFile, folder: &Path) -> Result<Vec<String>> {
    let mut findings = invariants(c, &heads.read()?)?;
    let stored = files::stored_files(c)?;
    findings.extend(
        stored
            .iter()
            .filter_map(|file| file.fault(folder))
            .map(|fault| format!("files: {fault}")),
    );
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
