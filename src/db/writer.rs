//! SQLite's one writer: jobs queue up, run in savepoints of one `BEGIN IMMEDIATE` transaction, and are answered only
//! after its COMMIT (group commit). A full queue is refused with 503, readers never wait.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use tokio::sync::oneshot;

use super::{After, Conn, Effects, Manager, Tx, dialect};
use crate::clock::Clock;
use crate::error::{Error, Result};

const QUEUE: usize = 2048;
const BATCH: usize = 256;

pub(super) struct Writer {
    queue: SyncSender<Box<dyn Job>>,
}

trait Job: Send {
    /// Runs in a savepoint; keeps its answer. True if something may have been written.
    fn run(&mut self, tx: &mut Tx);
    /// The batch is committed, or (with an error) lost.
    fn answer(self: Box<Self>, committed: bool);
}

struct Command<T, F> {
    body: F,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

impl<T: Send, F: Fn(&mut Tx) -> Result<T> + Send> Job for Command<T, F> {
    fn run(&mut self, tx: &mut Tx) {
        let body = &self.body;
        let mut attempt = || {
            tx.savepoint(|tx| {
                catch_unwind(AssertUnwindSafe(|| body(tx)))
                    .unwrap_or_else(|_| Err(Error::Internal(anyhow::anyhow!("a command panicked"))))
            })
        };
        let outcome = match attempt() {
            // Of two fresh ids that are alike, the second try has another.
            Err(Error::Internal(cause)) if dialect::lost_a_race(&cause) => attempt(),
            outcome => outcome,
        };
        self.outcome = Some(outcome.map_err(dialect::settled));
    }

    fn answer(self: Box<Self>, committed: bool) {
        let outcome = match self.outcome {
            Some(Ok(_)) if !committed => Err(Error::Internal(anyhow::anyhow!("the commit failed"))),
            Some(outcome) => outcome,
            None => Err(Error::Internal(anyhow::anyhow!(
                "the transaction could not begin"
            ))),
        };
        // The client may have gone; the commit stands all the same.
        let _gone = self.reply.send(outcome);
    }
}

impl Writer {
    pub fn start(manager: &Manager, clock: Clock, after: Arc<After>) -> anyhow::Result<Self> {
        let conn = manager.establish()?;
        let (queue, jobs) = sync_channel(QUEUE);
        std::thread::Builder::new()
            .name("biaogan-writer".to_owned())
            .spawn(move || work(conn, &clock, &after, &jobs))?;
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
        match self.queue.try_send(job) {
            Ok(()) => Ok(answer),
            Err(TrySendError::Full(_)) => Err(Error::Busy),
            Err(TrySendError::Disconnected(_)) => Err(Error::Internal(anyhow::anyhow!(
                "the writer thread has ended"
            ))),
        }
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

fn work(mut conn: Conn, clock: &Clock, after: &After, jobs: &Receiver<Box<dyn Job>>) {
    while let Ok(first) = jobs.recv() {
        let mut batch = Vec::with_capacity(16);
        let committed = match dialect::begin_write(&mut conn) {
            Ok(()) => {
                let effects = run_batch(&mut conn, clock, first, jobs, &mut batch);
                match dialect::commit(&mut conn) {
                    Ok(()) => {
                        after.run(effects);
                        true
                    }
                    Err(error) => {
                        log::error!("commit failed: {error}");
                        if let Err(error) = dialect::rollback(&mut conn) {
                            log::error!("rollback failed: {error}");
                        }
                        false
                    }
                }
            }
            Err(error) => {
                log::error!("cannot begin a write transaction: {error}");
                batch.push(first);
                false
            }
        };
        for job in batch {
            job.answer(committed);
        }
    }
}

fn run_batch(
    conn: &mut Conn,
    clock: &Clock,
    first: Box<dyn Job>,
    jobs: &Receiver<Box<dyn Job>>,
    batch: &mut Vec<Box<dyn Job>>,
) -> Effects {
    let mut effects = Effects::default();
    let mut next = Some(first);
    while let Some(mut job) = next {
        let mut tx = Tx::new(conn, clock);
        job.run(&mut tx);
        let mine = tx.into_effects();
        effects.heads.extend(mine.heads);
        effects.let_go.extend(mine.let_go);
        effects.public_version = mine.public_version.or(effects.public_version);
        batch.push(job);
        next = if batch.len() < BATCH {
            jobs.try_recv().ok()
        } else {
            None
        };
    }
    effects
}
