//! `/api/v1/rounds`.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::scene::RoundScene;
use super::shown::{RoundQuestionShown, correction};
use super::store::{Filter, RoundLine};
use super::{Correction, RoundState, actions};
use crate::error::Result;
use crate::ids::RoundId;
use crate::seats::Veil;
use crate::tables::Sheet;
use crate::verbs::Scene;
use crate::web::{Ask, Cursor, Listing, PageQuery, paging};

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

pub fn list(ask: &mut Ask) -> Result<Listing<RoundLine>> {
    let query: RoundsQuery = ask.query()?;
    query.run(ask)
}

pub const ROUNDS: Sheet<RoundLine> = Sheet {
    name: "批次",
    columns: &[
        ("编号", |row| row.id.0.into()),
        ("年度", |row| row.year.into()),
        ("批次", |row| row.title.as_str().into()),
        ("状态", |row| row.state.label().into()),
        ("开始申报", |row| row.opens_at.into()),
        ("申报截止", |row| row.deadline.into()),
        ("开标", |row| row.opening_at.into()),
        ("已提交申报书", |row| row.bid_count.into()),
    ],
};

pub fn questions(ask: &mut Ask, id: RoundId) -> Result<Listing<RoundQuestionShown>> {
    let query: PageQuery = ask.query()?;
    let on = RoundScene::load(ask.c, ask.actor, &id)?;
    let listing = actions::questions::questions(ask.c, ask.actor, &on, &query)?;
    let veil = Veil::of(ask.c, ask.actor, id)?;
    Ok(listing.map(|row| RoundQuestionShown::of(ask.actor, row, &veil)))
}

pub const QUESTIONS: Sheet<RoundQuestionShown> = Sheet {
    name: "答疑",
    columns: &[
        ("编号", |row| row.asked.id.0.into()),
        ("提问时间", |row| row.asked.asked_at.into()),
        ("问题", |row| row.asked.question.as_str().into()),
        ("答复", |row| row.asked.answer.clone().into()),
        ("答复时间", |row| row.asked.answered_at.into()),
    ],
};

pub fn corrections(ask: &mut Ask, id: RoundId) -> Result<Listing<Correction>> {
    let query: PageQuery = ask.query()?;
    let on = RoundScene::load(ask.c, ask.actor, &id)?;
    let corrections = actions::questions::corrections(ask.c, on.round.id, &query)?;
    let veil = Veil::of(ask.c, ask.actor, id)?;
    Ok(corrections.map(|row| correction(row, &veil)))
}

pub const CORRECTIONS: Sheet<Correction> = Sheet {
    name: "更正公告",
    columns: &[
        ("编号", |row| row.id.0.into()),
        ("发布时间", |row| row.posted_at.into()),
        ("内容", |row| row.text.as_str().into()),
    ],
};
