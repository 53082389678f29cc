//! The only place with backend-specific SQL. Each function says the same thing to both databases.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::{Backend, Conn};
use crate::clock::Instant;
use crate::error::{Error, Refusal, Result};

impl Conn {
    pub fn backend(&self) -> Backend {
        match self {
            Self::Sqlite(_) => Backend::Sqlite,
            Self::Postgres(_) => Backend::Postgres,
        }
    }
}

/// Starts a transaction that holds the write lock from its first statement on SQLite.
pub fn begin_write(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?,
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction(c)?,
    }
    Ok(())
}

pub fn commit(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::commit_transaction(c)?,
        Conn::Postgres(c) => AnsiTransactionManager::commit_transaction(c)?,
    }
    Ok(())
}

pub fn rollback(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::rollback_transaction(c)?,
        Conn::Postgres(c) => AnsiTransactionManager::rollback_transaction(c)?,
    }
    Ok(())
}

/// Within a transaction the managers of both backends make savepoints.
pub fn begin_savepoint(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction(c)?,
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction(c)?,
    }
    Ok(())
}

pub fn release_savepoint(conn: &mut Conn) -> Result<()> {
    commit(conn)
}

pub fn rollback_savepoint(conn: &mut Conn) -> Result<()> {
    rollback(conn)
}

/// On SQLite all queries of `body` see one snapshot, at no cost; PostgreSQL would pay two round trips, so there each
/// query sees what is committed.
pub fn with_cheap_snapshot<T>(
    conn: &mut Conn,
    body: impl FnOnce(&mut Conn) -> Result<T>,
) -> Result<T> {
    match conn {
        Conn::Postgres(_) => body(conn),
        Conn::Sqlite(_) => with_snapshot(conn, body),
    }
}

/// All queries of `body` see one snapshot, whatever is written meanwhile.
pub fn with_snapshot<T>(conn: &mut Conn, body: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN DEFERRED")?,
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(
            c,
            "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        )?,
    }
    let outcome = body(conn);
    match (rollback(conn), outcome) {
        (Err(error), Ok(_)) => Err(error),
        // What went wrong first is the cause.
        (Ok(()) | Err(_), outcome) => outcome,
    }
}

/// Whether trying the transaction again may succeed: a deadlock, a serialization failure, a value somebody else was faster
/// at, who is then seen.
pub fn lost_a_race(cause: &anyhow::Error) -> bool {
    match cause.downcast_ref::<DieselError>() {
        Some(DieselError::DatabaseError(
            DatabaseErrorKind::SerializationFailure | DatabaseErrorKind::UniqueViolation,
            _,
        )) => true,
        Some(DieselError::DatabaseError(_, info)) => info.message().contains("deadlock detected"),
        Some(_) | None => false,
    }
}

/// What is told where trying again did not help either.
pub fn settled(error: Error) -> Error {
    let Error::Internal(cause) = &error else {
        return error;
    };
    let found = cause.downcast_ref::<DieselError>();
    if !found.is_some_and(is_unique_violation) {
        return error;
    }
    log::warn!("a value stands already: {cause:#}");
    Refusal::new(
        "done_meanwhile",
        "刚才已有人做了同一件事，您的操作没有保存。",
    )
    .remedy("请刷新页面，看过现在的情况再办。")
    .into()
}

/// Whether an insert failed because somebody was faster at a unique value.
pub fn is_unique_violation(error: &DieselError) -> bool {
    matches!(
        error,
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)
    )
}

pub fn public_version(conn: &mut Conn) -> Result<i64> {
    use super::schema::public_version::dsl;
    Ok(dsl::public_version.select(dsl::version).first(conn)?)
}

#[derive(QueryableByName)]
struct ClockRow {
    #[diesel(sql_type = diesel::sql_types::Timestamp)]
    now: Instant,
}

/// The database's own clock, where it has one.
#[expect(
    clippy::disallowed_methods,
    reason = "this is db/, where backend-specific SQL lives"
)]
pub fn database_clock(conn: &mut Conn) -> Result<Option<Instant>> {
    match conn {
        Conn::Sqlite(_) => Ok(None),
        Conn::Postgres(c) => {
            let row: ClockRow = diesel::sql_query(
                "SELECT (clock_timestamp() AT TIME ZONE 'UTC')::timestamp AS now",
            )
            .get_result(c)?;
            Ok(Some(row.now))
        }
    }
}

/// How a value stands in the JSON that [`update_rows`] takes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Number,
    Text,
    /// Text that is kept as its bytes.
    Written,
    /// In hexadecimal digits.
    Bytes,
}

/// Writes these columns of many rows of a table in one statement, and answers of how many. `rows` is a JSON array of
/// objects: the row's key as `id`, the columns by their names; what is null stays as it is. At an instant each becomes a
/// new version of its row, if it still is the `version` its object says; else it is left out.
#[expect(
    clippy::disallowed_methods,
    reason = "this is db/, where backend-specific SQL lives"
)]
pub fn update_rows(
    conn: &mut Conn,
    (table, key): (&str, &str),
    columns: &[(&str, Kind)],
    rows: &str,
    at: Option<Instant>,
) -> Result<usize> {
    use diesel::sql_types::{Text, Timestamp};
    let backend = conn.backend();
    let (each, parameter) = match backend {
        Backend::Sqlite => ("json_each(?1) AS one", '?'),
        Backend::Postgres => ("json_array_elements($1::json) AS one(value)", '$'),
    };
    let number = |name: &str| format!("CAST(one.value ->> '{name}' AS BIGINT)");
    let mut set: Vec<String> = columns
        .iter()
        .map(|(name, kind)| {
            let value = match (kind, backend) {
                (Kind::Number, _) => number(name),
                (Kind::Text, _) => format!("one.value ->> '{name}'"),
                (Kind::Written, Backend::Sqlite) => format!("CAST(one.value ->> '{name}' AS BLOB)"),
                (Kind::Written, Backend::Postgres) => {
                    format!("convert_to(one.value ->> '{name}', 'UTF8')")
                }
                (Kind::Bytes, Backend::Sqlite) => format!("unhex(one.value ->> '{name}')"),
                (Kind::Bytes, Backend::Postgres) => {
                    format!("decode(one.value ->> '{name}', 'hex')")
                }
            };
            format!("{name} = COALESCE({value}, {table}.{name})")
        })
        .collect();
    let mut found = format!("{table}.{key} = {}", number("id"));
    if at.is_some() {
        set.push(format!("version = {table}.version + 1"));
        set.push(format!("updated_at = {parameter}2"));
        found.push_str(&format!(" AND {table}.version = {}", number("version")));
    }
    let set = set.join(", ");
    let query = diesel::sql_query(format!(
        "UPDATE {table} SET {set} FROM {each} WHERE {found}"
    ));
    let query = query.bind::<Text, _>(rows);
    Ok(match (conn, at) {
        (Conn::Sqlite(c), None) => query.execute(c)?,
        (Conn::Sqlite(c), Some(at)) => query.bind::<Timestamp, _>(at).execute(c)?,
        (Conn::Postgres(c), None) => query.execute(c)?,
        (Conn::Postgres(c), Some(at)) => query.bind::<Timestamp, _>(at).execute(c)?,
    })
}

/// When the newest event was recorded.
pub fn newest_event(conn: &mut Conn) -> Result<Option<Instant>> {
    use super::schema::audit_events::dsl;
    Ok(dsl::audit_events
        .select(dsl::at)
        .order(dsl::id.desc())
        .first(conn)
        .optional()?)
}

/// A consistent copy of the SQLite database into a new file.
pub fn copy_into(conn: &mut Conn, path: &str) -> Result<()> {
    match conn {
        Conn::Sqlite(c) => {
            c.batch_execute(&format!("VACUUM INTO '{}'", path.replace('\'', "''")))?;
            Ok(())
        }
        Conn::Postgres(_) => Err(crate::error::Error::Internal(anyhow::anyhow!(
            "PostgreSQL is backed up with pg_dump"
        ))),
    }
}

/// Inserts rows of texts and numbers, many in one statement: what is given stands in quotes, which a column of numbers
/// takes as well.
pub fn insert_texts<const N: usize>(
    conn: &mut Conn,
    into: &str,
    rows: impl Iterator<Item = [Option<String>; N]>,
) -> Result<()> {
    let quoted: Vec<String> = rows
        .map(|row| {
            let values = row.map(|value| match value {
                Some(text) => format!("'{}'", text.replace('\'', "''")),
                None => "NULL".to_owned(),
            });
            format!("({})", values.join(", "))
        })
        .collect();
    for part in quoted.chunks(500) {
        conn.batch_execute(&format!("INSERT INTO {into} VALUES {}", part.join(", ")))?;
    }
    Ok(())
}

/// The planner learns how many rows there are, and how they are spread.
pub fn analyze(conn: &mut Conn) -> Result<()> {
    match conn {
        // A sample of each index tells enough.
        Conn::Sqlite(c) => c.batch_execute("PRAGMA analysis_limit=1000; ANALYZE")?,
        Conn::Postgres(c) => c.batch_execute("ANALYZE")?,
    }
    Ok(())
}

/// What SQLite finds wrong with its own pages; None if nothing is.
#[expect(clippy::disallowed_methods, reason = "a pragma of SQLite's")]
pub fn damage(conn: &mut Conn) -> Result<Option<String>> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        quick_check: String,
    }
    match conn {
        Conn::Sqlite(c) => {
            let rows: Vec<Row> = diesel::sql_query("PRAGMA quick_check(1)").load(c)?;
            let first = rows.into_iter().next().map(|row| row.quick_check);
            Ok(first.filter(|said| said != "ok"))
        }
        Conn::Postgres(_) => Ok(None),
    }
}

/// Runs `body` with SQLite's write lock, in one transaction.
pub fn alone<T>(
    c: &mut diesel::SqliteConnection,
    body: impl FnOnce(&mut diesel::SqliteConnection) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?;
    match body(c) {
        Ok(value) => {
            AnsiTransactionManager::commit_transaction(c)?;
            Ok(value)
        }
        Err(error) => {
            AnsiTransactionManager::rollback_transaction(c)?;
            Err(error)
        }
    }
}

/// Empties SQLite's log into the database; whether it could, for it waits for nobody who reads.
#[expect(clippy::disallowed_methods, reason = "a pragma of SQLite's")]
pub fn empty_log(conn: &mut Conn) -> Result<bool> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        busy: i32,
    }
    match conn {
        Conn::Sqlite(c) => {
            c.batch_execute("PRAGMA busy_timeout=0")?;
            let rows = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").load::<Row>(c);
            c.batch_execute("PRAGMA busy_timeout=5000")?;
            Ok(rows?.iter().all(|row| row.busy == 0))
        }
        Conn::Postgres(_) => Ok(true),
    }
}

/// Tables with rows that refer to rows which do not exist.
#[expect(clippy::disallowed_methods, reason = "a pragma of SQLite's")]
pub fn dangling_references(c: &mut diesel::SqliteConnection) -> anyhow::Result<Vec<String>> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let rows: Vec<Row> =
        diesel::sql_query("SELECT DISTINCT \"table\" AS name FROM pragma_foreign_key_check")
            .load(c)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}
