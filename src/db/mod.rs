//! The database: SQLite embedded by default, PostgreSQL for many nodes, one set of queries for both.
//!
//! Reads take a pooled connection. Writes go through [`Db::write`] alone: on SQLite one writer thread commits them in
//! groups, on PostgreSQL each is a transaction of its own. Backend-specific SQL lives in [`dialect`].

mod after;
mod connection;
pub mod dialect;
pub mod gauges;
pub mod heads;
mod left_out;
pub mod migrate;
pub mod schema;
pub mod settings;
mod stand;
mod timekeeping;
mod tx;
pub mod types;
pub mod vouched;
mod writer;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use diesel::r2d2::{Pool, PooledConnection};

use after::After;
pub use connection::{Backend, Conn, Manager, MultiBackend};
use heads::HeadsFile;
use stand::Stand;
use timekeeping::Timekeeping;
use tx::House;
pub use tx::{Trail, Tx};
use vouched::Shapes;
use writer::Writer;

use crate::clock::Clock;
use crate::crypto::Key;
use crate::error::{Error, Passing, Result};

/// Handle to the database, cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    backend: Backend,
    pool: Pool<Manager>,
    writer: Option<Writer>,
    house: Arc<House>,
    after: Arc<After>,
    timekeeping: Timekeeping,
}

/// How long somebody waits for PostgreSQL.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a transaction that lost a race is tried again.
const TRIES: usize = 5;

impl Db {
    /// Connects. `heads` is the append-only file of audit heads beside the data; `trail` ends each transaction.
    pub fn open(url: &str, clock: Clock, heads: HeadsFile, trail: Trail) -> anyhow::Result<Self> {
        let manager = Manager::new(url)?;
        let backend = manager.backend();
        let shapes = Arc::new(Shapes::of(&mut manager.establish()?)?);
        let house = Arc::new(House {
            clock,
            shapes,
            trail,
        });
        let pool = Pool::builder()
            .max_size(8)
            .min_idle(Some(1))
            .test_on_check_out(backend == Backend::Postgres)
            .connection_timeout(Duration::from_secs(5))
            .build(manager.clone())?;
        let after = Arc::new(After::new(heads));
        let writer = match backend {
            Backend::Sqlite => Some(Writer::start(&manager, house.clone(), after.clone())?),
            Backend::Postgres => None,
        };
        Ok(Self(Arc::new(Inner {
            backend,
            pool,
            writer,
            house,
            after,
            timekeeping: Timekeeping::begin(),
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
        &self.0.house.clock
    }

    /// What events of the trail are sealed with, where it is known.
    pub fn trail_key(&self) -> Option<&Key> {
        self.0.house.trail.key.as_ref()
    }

    pub fn heads(&self) -> &HeadsFile {
        &self.0.after.heads
    }

    /// Connections to the database for readers: how many there are, and how many of them are idle.
    pub fn pool(&self) -> (u32, u32) {
        let state = self.0.pool.state();
        (state.connections, state.idle_connections)
    }

    pub fn connection(&self) -> Result<PooledConnection<Manager>> {
        // Where there is none at all the database is gone: it comes back to those who ask again.
        let patience = match self.0.pool.state().connections {
            0 => Duration::from_secs(1),
            _ => Duration::from_secs(5),
        };
        self.0.pool.get_timeout(patience).map_err(|error| {
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
        let reading = actix_web::web::block(move || db.read_now(body));
        self.patiently(reading).await?
    }

    /// Waits for a blocking job, for PostgreSQL no longer than it may take: its client waits for ever on a server that
    /// hangs.
    async fn patiently<T>(
        &self,
        job: impl Future<Output = std::result::Result<T, actix_web::error::BlockingError>>,
    ) -> Result<T> {
        let done = match self.backend() {
            Backend::Sqlite => job.await,
            Backend::Postgres => tokio::time::timeout(PATIENCE, job)
                .await
                .map_err(|_| Passing::not_kept("the database does not answer"))?,
        };
        done.map_err(|error| Error::Internal(error.into()))
    }

    /// The same on this thread: for the command line.
    pub fn read_now<T>(&self, body: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.connection()?;
        dialect::with_cheap_snapshot(&mut conn, body)
    }

    /// The same on one snapshot of either database, for whoever holds one query's answer against another's.
    pub fn snapshot_now<T>(&self, body: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.connection()?;
        dialect::with_snapshot(&mut conn, body)
    }

    /// Runs a command in one durable transaction. `body` may run more than once, if it lost a race on PostgreSQL.
    pub async fn write<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        if let Some(fault) = self.clock_fault() {
            log::error!("write refused: {fault}");
            return Err(Passing::not_kept(fault));
        }
        if let Some(writer) = &self.0.writer {
            return writer.submit(body).await;
        }
        let stand = Stand::default();
        let (db, mine) = (self.clone(), stand.clone());
        let mut work = std::pin::pin!(actix_web::web::block(move || db.write_here(&body, &mine)));
        match self.patiently(work.as_mut()).await {
            Err(late) if late.passes() && !stand.withdraw() => {
                // It is being committed at this moment.
                let outcome = self.patiently(work).await;
                outcome.unwrap_or_else(|error| Err(stand::unknown(error)))
            }
            outcome => outcome?,
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
            None => self.write_here(&body, &Stand::default()),
        }
    }

    fn write_here<T>(&self, body: &impl Fn(&mut Tx) -> Result<T>, stand: &Stand) -> Result<T> {
        self.0.after.settle()?;
        let mut conn = self.connection()?;
        for _ in 1..TRIES {
            match self.attempt(&mut conn, body, stand) {
                Err(Error::Internal(cause)) if dialect::lost_a_race(&cause) => {
                    log::debug!("transaction tried again: {cause:#}");
                }
                outcome => return outcome,
            }
        }
        self.attempt(&mut conn, body, stand)
            .map_err(dialect::settled)
    }

    fn attempt<T>(
        &self,
        conn: &mut Conn,
        body: &impl Fn(&mut Tx) -> Result<T>,
        stand: &Stand,
    ) -> Result<T> {
        dialect::begin_write(conn)?;
        let mut tx = Tx::new(conn, &self.0.house);
        let outcome = match tx.run(body) {
            Ok(_) if tx.is_gone() => Err(Passing::not_kept("the database ended the transaction")),
            Ok(_) if !stand.commit() => Err(Passing::not_kept("nobody waits for it any more")),
            outcome => outcome,
        };
        match outcome {
            Ok(value) => {
                let effects = tx.into_effects();
                gauges::timed(|| dialect::commit(conn)).map_err(stand::unknown)?;
                self.0.after.run(effects);
                Ok(value)
            }
            Err(error) => {
                if let Err(undone) = dialect::rollback(conn) {
                    log::warn!("cannot roll back: {undone}");
                }
                Err(error)
            }
        }
    }

    /// After much has been written: until the planner knows of it, lists on PostgreSQL take a hundred times as long.
    pub fn analyze_now(&self) -> Result<()> {
        self.write_now(|tx| dialect::analyze(tx))
    }

    /// Version of the published data as this process knows it; [`Db::refresh_public_version`] follows other nodes.
    pub fn public_version(&self) -> i64 {
        self.0.after.public_version.load(Ordering::SeqCst)
    }

    /// Reads the version row, and holds this node's clock against the database's and against the newest event.
    pub fn refresh(&self) -> Result<()> {
        let mut conn = self.connection()?;
        let version = dialect::public_version(&mut conn)?;
        self.0
            .after
            .public_version
            .fetch_max(version, Ordering::SeqCst);
        let theirs = dialect::database_clock(&mut conn)?;
        // A demo's clock and a test's are set on purpose.
        let newest = match self.0.house.clock.is_real() {
            true => dialect::newest_event(&mut conn)?,
            false => None,
        };
        self.0.timekeeping.look(theirs, newest);
        Ok(())
    }

    /// Why writes are refused, if this node's clock cannot be believed.
    pub fn clock_fault(&self) -> Option<String> {
        self.0.timekeeping.fault()
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
