//! What of the JSON API is no reading of one matter.

use crate::error::Result;
use crate::ids::RoundId;
use crate::panel::scene::scene;
use crate::panel::shown::conflicts::check;
use crate::panel::shown::draw::{PoolQuery, PoolShown};
use crate::panel::shown::present::{PresentationQuery, PresentationShown};
use crate::web::{Ask, Reply};

pub fn conflicts(ask: &mut Ask, id: RoundId) -> Result<Reply> {
    let scene = scene(ask.c, ask.actor, id)?;
    Reply::ok(&check(ask.c, ask.actor, &scene, ask.now)?)
}

pub fn pool(ask: &mut Ask, id: RoundId) -> Result<Reply> {
    let query: PoolQuery = ask.query()?;
    let scene = scene(ask.c, ask.actor, id)?;
    let shown = PoolShown::load(ask.c, ask.actor, &scene, query)?;
    Ok(Reply::ok(&shown)?.version(scene.evaluation.version))
}

pub fn presentation(ask: &mut Ask, id: RoundId) -> Result<Reply> {
    let query: PresentationQuery = ask.query()?;
    let scene = scene(ask.c, ask.actor, id)?;
    let shown = PresentationShown::part(ask.c, ask.actor, &scene, &query)?;
    Ok(Reply::ok(&shown)?.version(scene.evaluation.version))
}
