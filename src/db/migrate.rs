//! Bringing the schema up to date. Migrations carry the same names for both databases and are embedded in the binary.
//!
//! One process at a time does it; on SQLite all of it is one transaction. A schema newer than the binary is refused.

use std::collections::HashSet;

use anyhow::{Context, bail};
use diesel::SqliteConnection;
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, Manager, dialect};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> anyhow::Error {
    anyhow::anyhow!("migration failed: {error}")
}

/// Names of the migrations that have not run yet. An error if the database knows some that this program does not.
pub fn pending(url: &str) -> anyhow::Result<Vec<String>> {
    match Manager::new(url)?.establish()? {
        Conn::Sqlite(mut c) => pending_of(&mut c, SQLITE),
        Conn::Postgres(mut c) => pending_of(&mut c, POSTGRES),
    }
}

fn pending_of<DB: Backend, C: MigrationHarness<DB>>(
    c: &mut C,
    ours: EmbeddedMigrations,
) -> anyhow::Result<Vec<String>> {
    refuse_newer(c, &ours)?;
    let pending = c.pending_migrations(ours).map_err(failed)?;
    Ok(pending.iter().map(|one| one.name().to_string()).collect())
}

fn refuse_newer<DB: Backend, C: MigrationHarness<DB>>(
    c: &mut C,
    ours: &EmbeddedMigrations,
) -> anyhow::Result<()> {
    let ours = MigrationSource::<DB>::migrations(ours).map_err(failed)?;
    let known: HashSet<_> = ours
        .iter()
        .map(|one| one.name().version().as_owned())
        .collect();
    let mut applied = c.applied_migrations().map_err(failed)?;
    applied.retain(|one| !known.contains(one));
    match applied.first() {
        None => Ok(()),
        Some(newest) => bail!(
            "the database is newer than this program, which does not know {} of its migrations ({newest} and before); \
             use the newer program",
            applied.len()
        ),
    }
}

fn run<DB: Backend, C: MigrationHarness<DB>>(
    c: &mut C,
    ours: EmbeddedMigrations,
) -> anyhow::Result<Vec<String>> {
    refuse_newer(c, &ours)?;
    let run = c.run_pending_migrations(ours).map_err(failed)?;
    Ok(run.iter().map(ToString::to_string).collect())
}

/// SQLite changes a constraint by building the table anew, which its references would forbid: they are not enforced
/// meanwhile, and all checked before it is committed.
fn rebuilding<T>(
    c: &mut SqliteConnection,
    body: impl FnOnce(&mut SqliteConnection) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    c.batch_execute("PRAGMA busy_timeout = 120000; PRAGMA foreign_keys = OFF")?;
    dialect::alone(c, |c| {
        let outcome = body(c)?;
        let dangling = dialect::dangling_references(c)?;
        anyhow::ensure!(
            dangling.is_empty(),
            "rows refer to rows that do not exist in: {}",
            dangling.join(", ")
        );
        Ok(outcome)
    })
}

/// Runs what has not run yet and names it.
pub fn up(url: &str) -> anyhow::Result<Vec<String>> {
    match Manager::new(url)?.establish()? {
        Conn::Sqlite(mut c) => rebuilding(&mut c, |c| run(c, SQLITE)),
        Conn::Postgres(mut c) => {
            // Held as long as the connection.
            c.batch_execute("SELECT pg_advisory_lock(7213420961)")
                .context("cannot take the lock of migrations")?;
            run(&mut c, POSTGRES)
        }
    }
}

/// Takes every migration back: tests prove that down and up again gives the same schema.
pub fn down_all(url: &str) -> anyhow::Result<()> {
    match Manager::new(url)?.establish()? {
        Conn::Sqlite(mut c) => rebuilding(&mut c, |c| {
            c.revert_all_migrations(SQLITE).map(drop).map_err(failed)
        }),
        Conn::Postgres(mut c) => c.revert_all_migrations(POSTGRES).map(drop).map_err(failed),
    }
}
