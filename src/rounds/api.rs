//! `/api/v1/rounds`.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::scene::RoundScene;
use super::shown::{RoundQuestionShown, correction};
use super::store::{Filter, RoundLine};
use super::{RoundState, actions};
use crate::error::Result;
use crate::ids::RoundId;
use crate::seats::Veil;
use crate::verbs::Scene;
use crate::web::{Ask, Cursor, Listing, PageQuery, Reply, paging};

/// Filters of the list, the same on the page.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RoundsQuery {
    pub state: Option<RoundState>,
    #[validate(range(min = 2000, max = 2100))]
    #[param(minimum = 2000, maximum = 2100)]
    pub year: Option<i64>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl RoundsQuery {
    /// The rounds this person may know of, newest first.
    pub fn run(&self, ask: &mut Ask) -> Result<Listing<RoundLine>> {
        let limit = self.limit.unwrap_or(paging::DEFAULT_LIMIT);
        let filter = Filter {
            states: self.state.into_iter().collect(),
            year: self.year,
            before: self.cursor.as_deref().map(Cursor::read).transpose()?,
            limit: limit + 1,
            soonest: false,
        };
        let rows = actions::list(ask.c, ask.actor, &filter, ask.now)?;
        Ok(Listing::new(rows, limit, |round| round.id.0))
    }
}

pub fn list(ask: &mut Ask) -> Result<Reply> {
    let query: RoundsQuery = ask.query()?;
    Reply::ok(&query.run(ask)?)
}

pub fn questions(ask: &mut Ask, id: RoundId) -> Result<Reply> {
    let query: PageQuery = ask.query()?;
    let on = RoundScene::load(ask.c, ask.actor, &id)?;
    let listing = actions::questions::questions(ask.c, ask.actor, &on, &query)?;
    let veil = Veil::of(ask.c, ask.actor, id)?;
    Reply::ok(&listing.map(|row| RoundQuestionShown::of(ask.actor, row, &veil)))
}

pub fn corrections(ask: &mut Ask, id: RoundId) -> Result<Reply> {
    let query: PageQuery = ask.query()?;
    let on = RoundScene::load(ask.c, ask.actor, &id)?;
    let corrections = actions::questions::corrections(ask.c, on.round.id, &query)?;
    let veil = Veil::of(ask.c, ask.actor, id)?;
    Reply::ok(&corrections.map(|row| correction(row, &veil)))
}
