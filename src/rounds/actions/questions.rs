//! Who reads which questions (答疑) and corrections (更正公告).

use crate::db::Conn;
use crate::error::Result;
use crate::ids::RoundId;
use crate::rounds::scene::RoundScene;
use crate::rounds::store::questions as store;
use crate::rounds::store::questions::{Correction, Question, Shown};
use crate::web::{Listing, PageQuery};
use crate::who::{Actor, Role};

/// The questions this person may read: the office all, everybody the answered ones and their own.
pub fn questions(
    c: &mut Conn,
    actor: &Actor,
    on: &RoundScene,
    query: &PageQuery,
) -> Result<Listing<Question>> {
    let shown = if actor.holds(Role::Office, &on.committee_path) {
        Shown::All
    } else {
        Shown::AnsweredAnd(actor.own_organizations())
    };
    let (after, limit) = (query.after()?, query.limit());
    let rows = store::questions(c, on.round.id, &shown, after, limit + 1)?;
    Ok(Listing::new(rows, limit, |question| question.id.0))
}

/// What the public reads: questions with their answers.
pub fn answered(c: &mut Conn, round: RoundId, limit: i64) -> Result<Vec<Question>> {
    store::questions(c, round, &Shown::AnsweredAnd(Vec::new()), None, limit)
}

pub fn corrections(c: &mut Conn, round: RoundId, query: &PageQuery) -> Result<Listing<Correction>> {
    let rows = store::corrections(c, round, query.after()?, query.limit() + 1)?;
    Ok(Listing::new(rows, query.limit(), |correction| {
        correction.id.0
    }))
}
