//! JSON API of objections: readings.

use super::scene::Followed;
use super::store::{self, Objection};
use crate::error::{Error, Refusal, Result};
use crate::ids::{ObjectionId, RoundId};
use crate::result::scene::Judged;
use crate::seats::Veil;
use crate::tables::Sheet;
use crate::verbs::{Scene, Subject};
use crate::web::{Ask, Listing, PageQuery, Reply};

/// The objections of a round, newest first: for the office, the secretary and the supervisor.
pub fn listed(
    ask: &mut Ask,
    round: RoundId,
    query: &PageQuery,
) -> Result<(Judged, Listing<Objection>)> {
    let judged = Judged::load(ask.c, ask.actor, &round)?;
    if !judged.oversees(ask.actor) {
        return Err(Error::Forbidden(
            Refusal::new("role_required", "异议由党建部办理、纪委监督，您无权查看。")
                .remedy("提出异议的人凭查询码查看答复。"),
        ));
    }
    let (limit, before) = (query.limit(), query.after()?.map(ObjectionId));
    let rows = store::objections(ask.c, round, before, limit + 1)?;
    let veil = Veil::of(ask.c, ask.actor, round)?;
    let listing = Listing::new(rows, limit, |row| row.id.0).map(|row| row.under(&veil));
    Ok((judged, listing))
}

pub fn list(ask: &mut Ask, round: RoundId) -> Result<Listing<Objection>> {
    let query: PageQuery = ask.query()?;
    Ok(listed(ask, round, &query)?.1)
}

pub const OBJECTIONS: Sheet<Objection> = Sheet {
    name: "异议",
    columns: &[
        ("编号", |row| row.id.0.into()),
        ("提出时间", |row| row.lodged_at.into()),
        ("提出人", |row| match row.anonymous {
            true => "匿名".into(),
            false => row.name.as_str().into(),
        }),
        ("联系方式", |row| row.contact.as_str().into()),
        ("内容", |row| row.content.as_str().into()),
        ("状态", |row| row.state.label().into()),
        ("答复期限", |row| row.due_on.into()),
        ("答复", |row| row.answer.clone().into()),
        ("答复时间", |row| row.answered_at.into()),
    ],
};

pub fn follow(ask: &mut Ask, code: String) -> Result<Reply> {
    let on = Followed::load(ask.c, ask.actor, &code)?;
    Reply::ok(&on.shown(ask.c, ask.actor, ask.now)?)
}
