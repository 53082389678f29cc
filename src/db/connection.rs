//! One connection type for two databases, and what makes such connections.

use anyhow::{Context, bail};
use diesel::connection::SimpleConnection;
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
    PRAGMA foreign_keys=ON; PRAGMA cache_size=-2000; PRAGMA journal_size_limit=67108864;";

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
                target: url.to_owned(),
            });
        }
        bail!("unknown database URL scheme: use sqlite:PATH or postgres://…");
    }

    pub fn backend(&self) -> Backend {
        self.backend
    }

    pub fn establish(&self) -> anyhow::Result<Conn> {
        match self.backend {
            Backend::Sqlite => {
                let mut conn = SqliteConnection::establish(&self.target)
                    .with_context(|| format!("cannot open the SQLite database {}", self.target))?;
                conn.batch_execute(PRAGMAS)?;
                Ok(Conn::Sqlite(conn))
            }
            Backend::Postgres => {
                let mut conn = PgConnection::establish(&self.target)
                    .context("cannot connect to PostgreSQL")?;
                conn.batch_execute(
                    "SET jit=off; SET TIME ZONE 'UTC'; SET client_min_messages=warning",
                )?;
                Ok(Conn::Postgres(conn))
            }
        }
    }
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

    fn has_broken(&self, _: &mut Conn) -> bool {
        std::thread::panicking()
    }
}
