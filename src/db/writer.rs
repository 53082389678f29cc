//! SQLite's one writer: jobs queue up, run in savepoints of one `BEGIN IMMEDIATE` transaction, and are answered only
//! after its COMMIT (group commit). A full queue is refused with 503, readers never wait.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use tokio::sync::oneshot;

use super::after::{After, Effects};
use super::tx::{House, Tx};
use super::{Conn, Manager, dialect, gauges};
use crate::error::{Error, Passing, Result};

/// How long nobody writes before the log is emptied.
const FORGET: Duration = Duration::from_millis(50);
const QUEUE: usize = 2048;
const BATCH: usize = 256;

pub(super) struct Writer {
    queue: SyncSender<Box<dyn Job>>,
}

trait Job: Send {
    /// Runs in a savepoint; keeps its answer. False if the transaction around it is gone with all that is in it.
    fn run(&mut self, tx: &mut Tx) -> bool;
    /// The batch is committed, or lost: why.
    fn answer(self: Box<Self>, lost: Option<&str>);
}

struct Command<T, F> {
    body: F,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: Fn(&mut Tx) -> Result<T> + Send> Job for Command<T, F> {
    fn run(&mut self, tx: &mut Tx) -> bool {
        let body = &self.body;
        let mut attempt = || {
            tx.savepoint(|tx| {
                catch_unwind(AssertUnwindSafe(|| tx.run(body)))
                    .unwrap_or_else(|_| Err(Error::Internal(anyhow::anyhow!("a command panicked"))))
            })
        };
        let outcome = match attempt() {
            // Of two fresh ids that are alike, the second try has another.
            Err(Error::Internal(cause)) if dialect::lost_a_race(&cause) => attempt(),
            outcome => outcome,
        };
        self.outcome = Some(outcome.map_err(dialect::settled));
        !tx.is_gone()
    }

    fn answer(self: Box<Self>, lost: Option<&str>) {
        let outcome = match (self.outcome, lost) {
            (Some(Ok(_)) | None, Some(why)) => Err(Passing::not_kept(why)),
            (Some(outcome), _) => outcome,
            (None, None) => Err(Passing::not_kept("it was not its turn")),
        };
        // The client may have gone; the commit stands all the same.
        let _gone = self.reply.send(outcome);
    }
}

/// A connection that tells what its transactions change.
fn writing(manager: &Manager, house: &House) -> anyhow::Result<Conn> {
    let mut conn = manager.establish()?;
    house.shapes.listen(&mut conn)?;
    Ok(conn)
}

impl Writer {
    pub fn start(manager: &Manager, house: Arc<House>, after: Arc<After>) -> anyhow::Result<Self> {
        let conn = writing(manager, &house)?;
        let manager = manager.clone();
        let (queue, jobs) = sync_channel(QUEUE);
        std::thread::Builder::new()
            .name("biaogan-writer".to_owned())
            .spawn(move || work(&manager, conn, &house, &after, &jobs))?;
        Ok(Self { queue })
    }

    fn enqueue<T, F>(&self, body: F) -> Result<oneshot::Receiver<Result<T>>>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Command {
            body,
            outcome: None,
            reply,
        });
        gauges::queued(1);
        let refused = match self.queue.try_send(job) {
            Ok(()) => return Ok(answer),
            Err(TrySendError::Full(_)) => Error::Busy,
            Err(TrySendError::Disconnected(_)) => {
                Error::Internal(anyhow::anyhow!("the writer thread has ended"))
            }
        };
        gauges::queued(-1);
        Err(refused)
    }

    pub async fn submit<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        self.enqueue(body)?
            .await
            .map_err(|error| Error::Internal(error.into()))?
    }

    pub fn submit_blocking<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        self.enqueue(body)?
            .blocking_recv()
            .map_err(|error| Error::Internal(error.into()))?
    }
}

fn work(
    manager: &Manager,
    conn: Conn,
    house: &House,
    after: &After,
    jobs: &Receiver<Box<dyn Job>>,
) {
    let mut conn = Some(conn);
    let mut forget = false;
    while let Some(first) = next(jobs, &mut conn, &mut forget) {
        gauges::queued(-1);
        let mut batch = vec![first];
        let done = carry_out(manager, &mut conn, house, after, jobs, &mut batch);
        let lost = done.map(|owed| forget |= owed).err().map(|error| {
            log::error!("{} command(s) are lost: {error}", batch.len());
            // Whatever state it is in, a fresh one is in none.
            conn = None;
            error.to_string()
        });
        for job in batch {
            job.answer(lost.as_deref());
        }
    }
}

/// The next job. While what was before is to be forgotten, that is done as soon as nobody reads it any more.
fn next(
    jobs: &Receiver<Box<dyn Job>>,
    conn: &mut Option<Conn>,
    forget: &mut bool,
) -> Option<Box<dyn Job>> {
    while *forget {
        match jobs.recv_timeout(FORGET) {
            Ok(job) => return Some(job),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
        let emptied = conn.as_mut().map_or(Ok(true), dialect::empty_log);
        *forget = !emptied.unwrap_or_else(|error| {
            log::warn!("the database's log cannot be emptied: {error}");
            false
        });
    }
    jobs.recv().ok()
}

/// One batch: all that was done is committed when this answers `Ok`, and nothing of it otherwise. Answers whether what was
/// before is to be forgotten.
fn carry_out(
    manager: &Manager,
    conn: &mut Option<Conn>,
    house: &House,
    after: &After,
    jobs: &Receiver<Box<dyn Job>>,
    batch: &mut Vec<Box<dyn Job>>,
) -> Result<bool> {
    after.settle()?;
    let conn = match conn {
        Some(conn) => conn,
        None => conn.insert(writing(manager, house)?),
    };
    dialect::begin_write(conn)?;
    let effects = run_batch(conn, house, jobs, batch)?;
    gauges::timed(|| dialect::commit(conn))?;
    let forget = effects.forget;
    after.run(effects);
    Ok(forget)
}

/// Runs the first job and those that have come meanwhile. A full disk makes SQLite end the transaction by itself, in the
/// middle of a job: what followed would be committed one by one, so that nothing more is run.
fn run_batch(
    conn: &mut Conn,
    house: &House,
    jobs: &Receiver<Box<dyn Job>>,
    batch: &mut Vec<Box<dyn Job>>,
) -> Result<Effects> {
    let mut effects = Effects::default();
    while let Some(job) = batch.last_mut() {
        let mut tx = Tx::new(conn, house);
        if !job.run(&mut tx) {
            return Err(Passing::not_kept("the database ended the transaction"));
        }
        let mine = tx.into_effects();
        effects.heads.extend(mine.heads);
        effects.let_go.extend(mine.let_go);
        effects.forget |= mine.forget;
        effects.public_version = mine.public_version.or(effects.public_version);
        match (batch.len() < BATCH)
            .then(|| jobs.try_recv().ok())
            .flatten()
        {
            Some(next) => {
                gauges::queued(-1);
                batch.push(next);
            }
            None => break,
        }
    }
    Ok(effects)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use diesel::connection::SimpleConnection;

    use crate::clock::Clock;
    use crate::db::heads::HeadsFile;
    use crate::db::tx::Trail;
    use crate::db::{Db, migrate, settings};

    /// In the middle of a batch the disk is full, and SQLite ends the transaction within the statement.
    #[test]
    fn of_a_batch_that_meets_a_full_disk_nothing_is_kept() {
        let folder =
            std::env::temp_dir().join(format!("biaogan-full-{}", crate::ids::random_hex()));
        std::fs::create_dir(&folder).unwrap();
        let url = format!("sqlite:{}", folder.join("biaogan.db").display());
        migrate::up(&url).unwrap();
        let db = Db::open(
            &url,
            Clock::real(),
            HeadsFile::new(folder.join("heads")),
            Trail {
                closing: |_| Ok(()),
                key: None,
            },
        )
        .unwrap();
        let write = |name: &'static str, size: usize| {
            let db = db.clone();
            let job = std::thread::spawn(move || {
                db.write_now(move |tx| settings::write(tx, name, &"字".repeat(size)))
            });
            std::thread::sleep(Duration::from_millis(60));
            job
        };
        let first = db.clone();
        let first = std::thread::spawn(move || {
            first.write_now(|tx| {
                // The others queue up behind it.
                std::thread::sleep(Duration::from_millis(500));
                settings::write(tx, "first", "")?;
                tx.batch_execute("PRAGMA max_page_count = 1")?;
                Ok(())
            })
        });
        std::thread::sleep(Duration::from_millis(60));
        let jobs = [
            first,
            write("second", 1),
            write("large", 500_000),
            write("last", 1),
        ];
        let statuses = jobs.map(|job| job.join().unwrap().map_err(|error| error.status().as_u16()));
        assert_eq!(statuses, [Err(503), Err(503), Err(503), Ok(())]);
        let kept = |name: &str| db.read_now(|c| settings::read(c, name)).unwrap().is_some();
        let names = ["first", "second", "large", "last"];
        assert_eq!(names.map(kept), [false, false, false, true]);
        // It goes on.
        db.write_now(|tx| settings::write(tx, "large", &"字".repeat(500_000)))
            .unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
