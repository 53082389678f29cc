//! Bringing the schema up to date. Migrations carry the same names for both databases and are embedded in the binary.
//!
//! One process at a time does it; on SQLite all migrations are one transaction, and texts are folded after it. A schema
//! newer than the binary is refused.

use std::collections::HashSet;

use anyhow::{Context, bail};
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, Manager, dialect, vouched};
use crate::text::{folded, spelled};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> anyhow::Error {
    anyhow::anyhow!("migration failed: {error}")
}

/// Names of the migrations that have not run yet. An error if the database knows some that this program does not.
pub fn pending(url: &str) -> anyhow::Result<Vec<String>> {
    match Manager::new(url)?.establish()? {
        Conn::Sqlite(mut c) => pending_of(&mut c, SQLITE),
        Conn::Postgres(mut c) => {
            locked(&mut c)?;
            pending_of(&mut c, POSTGRES)
        }
    }
}

/// PostgreSQL's lock of migrations, held as long as the connection. To ask what has run makes a table, too, if there is
/// none, which two cannot do at once.
fn locked(c: &mut PgConnection) -> anyhow::Result<()> {
    c.batch_execute("SELECT pg_advisory_lock(7213420961)")
        .context("cannot take the lock of migrations")
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

/// Runs what has not run yet and names it; folds what is searched where that was not done yet.
pub fn up(url: &str) -> anyhow::Result<Vec<String>> {
    let mut conn = Manager::new(url)?.establish()?;
    let names = match &mut conn {
        Conn::Sqlite(c) => rebuilding(c, |c| run(c, SQLITE))?,
        Conn::Postgres(c) => {
            locked(c)?;
            run(c, POSTGRES)?
        }
    };
    vouched::install(&mut conn)?;
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
    spell_old(c)?;
    fold_old!(c: cases(title, establish, solve, brand, model));
    fold_old!(c: sites(name, place, premises, content, feature));
    fold_old!(c: announcements(title, body));
    Ok(())
}

/// Says how names of before are read, some at a time.
fn spell_old(c: &mut Conn) -> anyhow::Result<()> {
    use super::schema::users::dsl;
    let mut after = i64::MIN;
    loop {
        let rows = dsl::users
            .filter(dsl::sort_key.eq(""))
            .filter(dsl::id.gt(after))
            .order(dsl::id)
            .limit(500)
            .select((dsl::id, dsl::name, dsl::reading))
            .load::<(i64, String, Option<String>)>(c)?;
        let Some((last, ..)) = rows.last() else {
            return Ok(());
        };
        after = *last;
        dialect::begin_write(c)?;
        for (id, name, reading) in rows {
            let key = spelled(&name, reading.as_deref());
            diesel::update(dsl::users.find(id))
                .set(dsl::sort_key.eq(key))
                .execute(c)?;
        }
        dialect::commit(c)?;
    }
}

/// Takes every migration back: tests prove that down and up again gives the same schema.
pub fn down_all(url: &str) -> anyhow::Result<()> {
    match Manager::new(url)?.establish()? {
        Conn::Sqlite(mut c) => rebuilding(&mut c, |c| {
            c.revert_all_migrations(SQLITE).map(drop).map_err(failed)
        }),
        Conn::Postgres(mut c) => {
            c.batch_execute(vouched::UNINSTALL)?;
            c.revert_all_migrations(POSTGRES).map(drop).map_err(failed)
        }
    }
}
