//! A search from its first step to its last: no connection, thread or write lock is held for longer than a step.

use tokio::sync::Semaphore;

use super::job::{self, Computed, Step};
use super::sign;
use crate::error::{Error, Result};
use crate::ids::RoundId;
use crate::session::{self, Who};
use crate::web::App;

/// Searches of this process wait for each other: a search takes some 60 MB and a processor.
static TURN: Semaphore = Semaphore::const_new(1);

/// What takes time, outside the command.
pub async fn compute(app: &App, who: &Who, id: RoundId) -> Result<Computed> {
    let now = app.clock().now();
    let (asking, searching) = (who.clone(), who.clone());
    app.db
        .read(move |c| {
            let actor = session::resolve(c, &asking)?;
            job::searchable(c, &actor, id).map(drop)
        })
        .await?;
    let turn = TURN.acquire().await;
    let _turn = turn.map_err(|error| Error::Internal(error.into()))?;
    let mut job = app
        .db
        .read(move |c| {
            let actor = session::resolve(c, &searching)?;
            job::begin(c, &actor, id, now)
        })
        .await?;
    loop {
        let (next, step) = app
            .db
            .read(move |c| {
                let step = job.step(c)?;
                Ok((job, step))
            })
            .await?;
        job = next;
        match step {
            Step::Read => {}
            Step::Keep(signed) => {
                app.db.write(move |tx| sign::keep(tx, &signed)).await?;
            }
            Step::Done(computed) => return Ok(*computed),
        }
    }
}
