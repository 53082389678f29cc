//! The database: SQLite embedded by default, PostgreSQL for many nodes, one set of queries for both.
//!
//! Reads take a pooled connection. Writes go through [`Db::write`] alone: on SQLite one writer thread commits them in
//! groups, on PostgreSQL each is a transaction of its own. Backend-specific SQL lives in [`dialect`].

mod connection;
pub mod dialect;
pub mod heads;
pub mod migrate;
pub mod schema;
pub mod types;
mod writer;

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use diesel::r2d2::{Pool, PooledConnection};

pub use connection::{Backend, Conn, Manager, MultiBackend};
use heads::{Head, HeadsFile};
use writer::Writer;

use crate::clock::{Clock, Instant};
use crate::error::{Error, Result};

/// A write transaction. Dereferences to the connection, so that stores take it as it is.
pub struct Tx<'a> {
    conn: &'a mut Conn,
    clock: &'a Clock,
    now: Option<Instant>,
    effects: Effects,
}

/// What is to happen once the transaction has committed.
#[derive(Default)]
pub(crate) struct Effects {
    pub heads: Vec<Head>,
    pub public_version: Option<i64>,
    /// Stored files that no row needs any more.
    pub let_go: Vec<String>,
}

impl<'a> Tx<'a> {
    fn new(conn: &'a mut Conn, clock: &'a Clock) -> Self {
        Self {
            conn,
            clock,
            now: None,
            effects: Effects::default(),
        }
    }

    /// The instant of this command, read once, at first use: after the lock that orders it. On PostgreSQL an action
    /// that races with others (submission, opening) first touches the row that orders them, then asks for the time.
    pub fn now(&mut self) -> Instant {
        *self.now.get_or_insert_with(|| self.clock.now())
    }

    /// Sets the app's clock (demo only).
    pub(crate) fn clock(&self) -> &Clock {
        self.clock
    }

    /// Runs `body`; if it fails, everything it wrote is undone and the transaction can go on.
    pub fn savepoint<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let heads = self.effects.heads.len();
        let public_version = self.effects.public_version;
        let let_go = self.effects.let_go.len();
        dialect::begin_savepoint(self.conn)?;
        match body(self) {
            Ok(value) => {
                dialect::release_savepoint(self.conn)?;
                Ok(value)
            }
            Err(error) => {
                dialect::rollback_savepoint(self.conn)?;
                self.effects.heads.truncate(heads);
                self.effects.public_version = public_version;
                self.effects.let_go.truncate(let_go);
                Err(error)
            }
        }
    }

    /// Remembers a chain's new head, to be written to the heads file after the commit.
    pub(crate) fn note_head(&mut self, head: Head) {
        self.effects.heads.push(head);
    }

    /// Remembers a stored file that nobody needs once this has committed.
    pub(crate) fn let_go(&mut self, storage_key: String) {
        self.effects.let_go.push(storage_key);
    }

    /// Says that published data changed: cached public pages are made anew.
    pub fn publish_change(&mut self) -> Result<()> {
        use diesel::prelude::*;
        use schema::public_version::dsl;
        let version = diesel::update(dsl::public_version)
            .set(dsl::version.eq(dsl::version + 1))
            .returning(dsl::version)
            .get_result::<i64>(self.conn)?;
        self.effects.public_version = Some(version);
        Ok(())
    }

    fn into_effects(self) -> Effects {
        self.effects
    }
}

impl std::ops::Deref for Tx<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl std::ops::DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}

/// Handle to the database, cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    backend: Backend,
    pool: Pool<Manager>,
    writer: Option<Writer>,
    clock: Clock,
    after: Arc<After>,
    clock_skewed: AtomicBool,
}

/// What runs after a commit, shared with the writer thread.
pub(crate) struct After {
    heads: HeadsFile,
    public_version: AtomicI64,
    remover: OnceLock<Remover>,
}

/// Removes a stored file.
type Remover = Box<dyn Fn(&str) + Send + Sync>;

impl After {
    fn run(&self, effects: Effects) {
        if !effects.heads.is_empty()
            && let Err(error) = self.heads.append(&effects.heads)
        {
            log::error!("cannot append to the audit heads file: {error}");
        }
        if let Some(version) = effects.public_version {
            self.public_version.fetch_max(version, Ordering::SeqCst);
        }
        if let Some(remove) = self.remover.get() {
            effects.let_go.iter().for_each(|key| remove(key));
        }
    }
}

/// How often a transaction that lost a race is tried again.
const TRIES: usize = 5;

impl Db {
    /// Connects. `heads` is the append-only file of audit heads beside the data.
    pub fn open(url: &str, clock: Clock, heads: HeadsFile) -> anyhow::Result<Self> {
        let manager = Manager::new(url)?;
        let backend = manager.backend();
        let pool = Pool::builder()
            .max_size(8)
            .min_idle(Some(1))
            .test_on_check_out(backend == Backend::Postgres)
            .connection_timeout(std::time::Duration::from_secs(10))
            .build(manager.clone())?;
        let after = Arc::new(After {
            heads,
            public_version: AtomicI64::new(0),
            remover: OnceLock::new(),
        });
        let writer = match backend {
            Backend::Sqlite => Some(Writer::start(&manager, clock.clone(), after.clone())?),
            Backend::Postgres => None,
        };
        Ok(Self(Arc::new(Inner {
            backend,
            pool,
            writer,
            clock,
            after,
            clock_skewed: AtomicBool::new(false),
        })))
    }

    pub fn backend(&self) -> Backend {
        self.0.backend
    }

    /// Says who removes stored files that a commit let go; without it they wait for the sweep.
    pub fn remove_files_by(&self, remover: impl Fn(&str) + Send + Sync + 'static) {
        if self.0.after.remover.set(Box::new(remover)).is_err() {
            log::warn!("who removes stored files was told already");
        }
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub fn heads(&self) -> &HeadsFile {
        &self.0.after.heads
    }

    pub fn connection(&self) -> Result<PooledConnection<Manager>> {
        self.0.pool.get().map_err(|error| {
            log::warn!("no database connection: {error}");
            Error::Busy
        })
    }

    /// Runs `body` with a connection on a blocking thread; on SQLite all its queries see one snapshot.
    pub async fn read<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let db = self.clone();
        actix_web::web::block(move || db.read_now(body))
            .await
            .map_err(|error| Error::Internal(error.into()))?
    }

    /// The same on this thread: for the command line.
    pub fn read_now<T>(&self, body: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.connection()?;
        dialect::with_snapshot(&mut conn, body)
    }

    /// Runs a command in one durable transaction. `body` may run more than once, if it lost a race on PostgreSQL.
    pub async fn write<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        if self.0.clock_skewed.load(Ordering::Relaxed) {
            log::error!(
                "write refused: this node's clock differs from the database's by more than 2 s"
            );
            return Err(Error::Busy);
        }
        match &self.0.writer {
            Some(writer) => writer.submit(body).await,
            None => {
                let db = self.clone();
                actix_web::web::block(move || db.write_here(&body))
                    .await
                    .map_err(|error| Error::Internal(error.into()))?
            }
        }
    }

    /// The same, waiting on this thread: for the command line and seeding.
    pub fn write_now<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        match &self.0.writer {
            Some(writer) => writer.submit_blocking(body),
            None => self.write_here(&body),
        }
    }

    fn write_here<T>(&self, body: &impl Fn(&mut Tx) -> Result<T>) -> Result<T> {
        let mut conn = self.connection()?;
        for _ in 1..TRIES {
            match self.attempt(&mut conn, body) {
                Err(Error::Internal(cause)) if dialect::lost_a_race(&cause) => {
                    log::debug!("transaction tried again: {cause:#}");
                }
                outcome => return outcome,
            }
        }
        self.attempt(&mut conn, body).map_err(dialect::settled)
    }

    fn attempt<T>(&self, conn: &mut Conn, body: &impl Fn(&mut Tx) -> Result<T>) -> Result<T> {
        dialect::begin_write(conn)?;
        let mut tx = Tx::new(conn, &self.0.clock);
        match body(&mut tx) {
            Ok(value) => {
                let effects = tx.into_effects();
                dialect::commit(conn)?;
                self.0.after.run(effects);
                Ok(value)
            }
            Err(error) => {
                dialect::rollback(conn)?;
                Err(error)
            }
        }
    }

    /// Version of the published data as this process knows it; [`Db::refresh_public_version`] follows other nodes.
    pub fn public_version(&self) -> i64 {
        self.0.after.public_version.load(Ordering::SeqCst)
    }

    /// Reads the version row and, on PostgreSQL, the database's clock.
    pub fn refresh(&self) -> Result<()> {
        let mut conn = self.connection()?;
        let version = dialect::public_version(&mut conn)?;
        self.0
            .after
            .public_version
            .fetch_max(version, Ordering::SeqCst);
        if let Some(theirs) = dialect::database_clock(&mut conn)? {
            let skew = (theirs - crate::clock::real_now()).abs();
            self.0
                .clock_skewed
                .store(skew > chrono::Duration::seconds(2), Ordering::Relaxed);
        }
        Ok(())
    }

    /// Whether writes are refused because this node's clock is off.
    pub fn clock_skewed(&self) -> bool {
        self.0.clock_skewed.load(Ordering::Relaxed)
    }
}

/// Ids in one statement, at the most: SQLite takes 32,766 variables, PostgreSQL 65,535.
const IDS_IN_A_STATEMENT: usize = 20_000;

/// Loads what belongs to any number of ids, some at a time; what comes is in order only within each part.
pub fn in_parts<I: Clone, R>(
    ids: &[I],
    mut load: impl FnMut(Vec<I>) -> Result<Vec<R>>,
) -> Result<Vec<R>> {
    let mut all = Vec::new();
    for part in ids.chunks(IDS_IN_A_STATEMENT) {
        all.append(&mut load(part.to_vec())?);
    }
    Ok(all)
}

/// Makes an optimistic update's row count an answer: nobody else was faster, or [`Error::stale`].
pub fn changed(rows: usize) -> Result<()> {
    if rows == 1 {
        Ok(())
    } else {
        Err(Error::stale())
    }
}
