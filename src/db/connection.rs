//! One connection type for two databases, and what makes such connections.

use anyhow::{Context, bail};
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::ManageConnection;

/// A connection to either database.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

#[derive(Clone, Debug)]
pub struct Manager {
    backend: Backend,
    target: String,
}

/// The temporary store stays in files: a journal of savepoints in memory is walked from its start at the end of every
/// statement, which makes an opening of 100,000 bids take hours. The page cache is small: the system caches, too.
const PRAGMAS: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
    PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA cache_size=-2000; PRAGMA journal_size_limit=67108864;";

impl Manager {
    /// The URL's scheme chooses the backend: `sqlite:PATH` or `postgres://…`.
    pub fn new(url: &str) -> anyhow::Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            if path.is_empty() || path == ":memory:" {
                bail!("an SQLite database needs a file: sqlite:PATH");
            }
            return Ok(Self {
                backend: Backend::Sqlite,
                target: path.to_owned(),
            });
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self {
                backend: Backend::Postgres,
                target: patient(url),
            });
        }
        bail!("unknown database URL scheme: use sqlite:PATH or postgres://…");
    }

    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Opens an SQLite database that nobody writes, as it is: not a byte of it changes.
    pub fn reading(path: &std::path::Path) -> anyhow::Result<Conn> {
        let escaped: String = path
            .display()
            .to_string()
            .chars()
            .map(|sign| match sign {
                '%' => "%25".to_owned(),
                '?' => "%3f".to_owned(),
                '#' => "%23".to_owned(),
                sign => sign.to_string(),
            })
            .collect();
        let conn = SqliteConnection::establish(&format!("file:{escaped}?mode=ro&immutable=1"))
            .with_context(|| format!("cannot open the SQLite database {}", path.display()))?;
        Ok(Conn::Sqlite(conn))
    }

    pub fn establish(&self) -> anyhow::Result<Conn> {
        match self.backend {
            Backend::Sqlite => {
                let mut conn = SqliteConnection::establish(&self.target)
                    .with_context(|| format!("cannot open the SQLite database {}", self.target))?;
                set_up(&mut conn)
                    .with_context(|| format!("cannot open the SQLite database {}", self.target))?;
                Ok(Conn::Sqlite(conn))
            }
            Backend::Postgres => {
                let mut conn = PgConnection::establish(&self.target)
                    .context("cannot connect to PostgreSQL")?;
                conn.batch_execute(&format!(
                    "SET jit=off; SET TIME ZONE 'UTC'; SET client_min_messages=warning; CREATE TEMP TABLE {}",
                    TOUCHED
                ))?;
                Ok(Conn::Postgres(conn))
            }
        }
    }
}

/// The temporary table that the triggers of [`super::vouched`] write into.
pub(super) const TOUCHED: &str = "touched_rows (table_name TEXT NOT NULL, row_key TEXT NOT NULL, was TEXT, \
    PRIMARY KEY (table_name, row_key))";

/// While another process makes the database's log, SQLite says at once that it is locked, whatever the timeout.
fn set_up(conn: &mut SqliteConnection) -> QueryResult<()> {
    for _ in 0..50 {
        match conn.batch_execute(PRAGMAS) {
            Err(diesel::result::Error::DatabaseError(_, said))
                if said.message().contains("locked") =>
            {
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
            done => return done,
        }
    }
    conn.batch_execute(PRAGMAS)
}

/// A server that is gone without a word is noticed within seconds, unless the URL says otherwise.
fn patient(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in [
        ("connect_timeout", "5"),
        ("tcp_user_timeout", "10000"),
        ("keepalives_idle", "10"),
        ("keepalives_interval", "5"),
        ("keepalives_count", "3"),
    ] {
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&format!("{name}={value}"));
        }
    }
    url
}

/// An error r2d2 can carry.
#[derive(Debug)]
pub struct ManagerError(anyhow::Error);

impl std::fmt::Display for ManagerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

impl std::error::Error for ManagerError {}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = ManagerError;

    fn connect(&self) -> Result<Conn, ManagerError> {
        self.establish().map_err(ManagerError)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), ManagerError> {
        conn.batch_execute("SELECT 1")
            .map_err(|error| ManagerError(error.into()))
    }

    /// One that is left within a transaction is not handed on.
    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking()
            || match conn {
                Conn::Sqlite(c) => AnsiTransactionManager::is_broken_transaction_manager(c),
                Conn::Postgres(c) => AnsiTransactionManager::is_broken_transaction_manager(c),
            }
    }
}
