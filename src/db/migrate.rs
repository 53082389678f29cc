//! Bringing the schema up to date. Migrations carry the same names for both databases and are embedded in the binary.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;

use super::{Conn, Manager, dialect};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> anyhow::Error {
    anyhow::anyhow!("migration failed: {error}")
}

/// Names of the migrations that have not run yet.
pub fn pending(url: &str) -> anyhow::Result<Vec<String>> {
    match Manager::new(url)?.establish()? {
        Conn::Sqlite(mut c) => Ok(c
            .pending_migrations(SQLITE)
            .map_err(failed)?
            .iter()
            .map(|m| m.name().to_string())
            .collect()),
        Conn::Postgres(mut c) => Ok(c
            .pending_migrations(POSTGRES)
            .map_err(failed)?
            .iter()
            .map(|m| m.name().to_string())
            .collect()),
    }
}

/// SQLite changes a constraint by building the table anew, which its references would forbid: they are not enforced
/// meanwhile, and all checked afterwards.
fn rebuilding<T>(
    c: &mut SqliteConnection,
    body: impl FnOnce(&mut SqliteConnection) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    c.batch_execute("PRAGMA foreign_keys = OFF")?;
    let outcome = body(c)?;
    c.batch_execute("PRAGMA foreign_keys = ON")?;
    let dangling = dialect::dangling_references(c)?;
    anyhow::ensure!(
        dangling.is_empty(),
        "rows refer to rows that do not exist in: {}",
        dangling.join(", ")
    );
    Ok(outcome)
}

/// Runs what has not run yet and names it.
pub fn up(url: &str) -> anyhow::Result<Vec<String>> {
    match Manager::new(url)?.establish()? {
        Conn::Sqlite(mut c) => rebuilding(&mut c, |c| {
            Ok(c.run_pending_migrations(SQLITE)
                .map_err(failed)?
                .iter()
                .map(ToString::to_string)
                .collect())
        }),
        Conn::Postgres(mut c) => Ok(c
            .run_pending_migrations(POSTGRES)
            .map_err(failed)?
            .iter()
            .map(ToString::to_string)
            .collect()),
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
