//! JSON API of scoring.

pub mod paper;
pub mod sheets;

use super::input::WorkQuery;
use super::scene::Work;
use super::shown::EvaluationShown;
use crate::error::Result;
use crate::ids::EvaluationId;
use crate::verbs::Scene;
use crate::web::{Ask, Reply};

/// `GET /api/v1/evaluations/{id}`
pub fn work(ask: &mut Ask, id: EvaluationId) -> Result<Reply> {
    let query: WorkQuery = ask.query()?;
    let on = Work::load(ask.c, ask.actor, &id)?;
    let shown = EvaluationShown::load(ask.c, ask.actor, &on.0, &query)?;
    Ok(Reply::ok(&shown)?.version(on.version()))
}
