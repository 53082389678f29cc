//! The invariants of live data: what every command keeps, looked at from outside.
//!
//! A check is a query that finds nothing when all is well; each finding is one line. `biaogan check` runs them all,
//! and tests run them after each journey. Each room says its own as `ROOM.checks`. Here stands what no room can tell alone:
//! the audit chains against the heads file, and the stored files in their folder.

mod files;

use std::path::Path;

use crate::audit;
use crate::crypto::Key;
use crate::db::heads::{HeadsFile, Written};
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::rooms;

/// Runs every invariant and the audit chains, on one snapshot, and looks at the stored files in their folder; empty means
/// that all hold.
pub fn run(db: &Db, folder: &Path) -> Result<Vec<String>> {
    // Before the snapshot: every head that is read belongs to an event in it.
    let heads = db.heads().read()?;
    let mut findings = db.snapshot_now(|c| invariants(c, &heads, db.trail_key()))?;
    findings.extend(files::stored(db, folder)?);
    Ok(findings)
}

/// All of it over a database that nobody else has open: one that is being restored.
pub fn at_rest(c: &mut Conn, heads: &HeadsFile, folder: &Path) -> Result<Vec<String>> {
    let mut findings = invariants(c, &heads.read()?, None)?;
    findings.extend(files::at_rest(c, folder)?);
    Ok(findings)
}

fn invariants(c: &mut Conn, heads: &Written, key: Option<&Key>) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for (under, checks) in rooms::ALL.iter().flat_map(|room| room.checks) {
        for check in *checks {
            let found = check(c)?;
            findings.extend(found.into_iter().map(|line| format!("{under}: {line}")));
        }
    }
    let report = audit::verify::verify_against(c, heads, key)?;
    findings.extend(
        report
            .findings
            .into_iter()
            .map(|line| format!("audit: {line}")),
    );
    Ok(findings)
}
