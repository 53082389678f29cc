//! `/api/v1/rounds/{id}/joint` and `/api/v1/joint/{id}`.

use super::scene::JointScene;
use super::view;
use crate::error::Result;
use crate::ids::{JointId, RoundId};
use crate::rounds;
use crate::verbs::reading;
use crate::web::{Ask, PageQuery, Reply};

pub fn list(ask: &mut Ask, id: RoundId) -> Result<Reply> {
    let query: PageQuery = ask.query()?;
    let (c, actor, _) = ask.parts();
    let round = rounds::visible(c, actor, id)?;
    Reply::ok(&view::listing(
        c,
        actor,
        &round,
        query.after()?,
        query.limit(),
    )?)
}

pub fn show(ask: &mut Ask, id: JointId) -> Result<Reply> {
    reading::<JointScene>(ask, id)
}
