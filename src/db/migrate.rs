//! Bringing the schema up to date. Migrations carry the same names for both databases and are embedded in the binary.

use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::{Conn, Manager, dialect};
use crate::text::folded;

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

/// Runs what has not run yet and names it; folds what is searched where that was not done yet.
pub fn up(url: &str) -> anyhow::Result<Vec<String>> {
    let mut conn = Manager::new(url)?.establish()?;
    let names = match &mut conn {
        Conn::Sqlite(c) => rebuilding(c, |c| {
            Ok(c.run_pending_migrations(SQLITE)
                .map_err(failed)?
                .iter()
                .map(ToString::to_string)
                .collect())
        }),
        Conn::Postgres(c) => Ok(c
            .run_pending_migrations(POSTGRES)
            .map_err(failed)?
            .iter()
            .map(ToString::to_string)
            .collect()),
    }?;
    fold(&mut conn)?;
    Ok(names)
}

/// Folds the texts of rows that were written before anything was folded, some at a time.
macro_rules! fold_old {
    (@text $column:ident) => { String };
    ($c:ident: $table:ident($($column:ident),+)) => {{
        use super::schema::$table::dsl;
        let mut after = i64::MIN;
        loop {
            let rows = dsl::$table
                .filter(dsl::folded.eq(""))
                .filter(dsl::id.gt(after))
                .order(dsl::id)
                .limit(500)
                .select((dsl::id, ($(dsl::$column,)+)))
                .load::<(i64, ($(fold_old!(@text $column),)+))>($c)?;
            let Some((last, _)) = rows.last() else { break };
            after = *last;
            dialect::begin_write($c)?;
            for (id, ($($column,)+)) in rows {
                let text = folded(&[$($column),+].join("\n"));
                diesel::update(dsl::$table.find(id)).set(dsl::folded.eq(text)).execute($c)?;
            }
            dialect::commit($c)?;
        }
    }};
}

fn fold(c: &mut Conn) -> anyhow::Result<()> {
    fold_old!(c: organizations(short_name));
    fold_old!(c: users(name));
    fold_old!(c: cases(title, establish, solve, brand, model));
    fold_old!(c: sites(name, place, premises, content, feature));
    fold_old!(c: announcements(title, body));
    Ok(())
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
