//! Queries of questions and corrections.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{corrections, organizations, round_questions, rounds};
use crate::error::Result;
use crate::ids::{CorrectionId, OrganizationId, RoundId, RoundQuestionId, UserId};
use crate::people;
use crate::rounds::RoundState;
use crate::todo::MOST;

/// A question with its answer (答疑).
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = round_questions)]
#[schema(as = RoundQuestionKept)]
pub struct Question {
    pub id: RoundQuestionId,
    #[serde(skip)]
    pub round_id: RoundId,
    /// Who asked: shown to nobody but these people.
    #[serde(skip)]
    pub organization_id: OrganizationId,
    #[serde(skip)]
    pub asked_by: UserId,
    pub asked_at: Instant,
    pub question: String,
    pub answer: Option<String>,
    #[serde(skip)]
    pub answered_by: Option<UserId>,
    pub answered_at: Option<Instant>,
}

/// A dated correction (更正公告).
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = corrections)]
pub struct Correction {
    pub id: CorrectionId,
    #[serde(skip)]
    pub round_id: RoundId,
    #[serde(skip)]
    pub posted_by: UserId,
    pub posted_at: Instant,
    pub text: String,
}

pub fn insert_question(c: &mut Conn, row: &Question) -> Result<()> {
    diesel::insert_into(round_questions::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn question(c: &mut Conn, id: RoundQuestionId) -> Result<Question> {
    Ok(round_questions::table
        .find(id)
        .select(Question::as_select())
        .first(c)?)
}

/// Whose questions are shown: the answered ones, all, or the answered ones and those of these organizations.
#[derive(Debug, Clone)]
pub enum Shown {
    All,
    AnsweredAnd(Vec<OrganizationId>),
}

/// Newest first.
pub fn questions(
    c: &mut Conn,
    round: RoundId,
    shown: &Shown,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Question>> {
    let mut query = round_questions::table
        .filter(round_questions::round_id.eq(round))
        .order(round_questions::id.desc())
        .limit(limit)
        .select(Question::as_select())
        .into_boxed::<crate::db::MultiBackend>();
    if let Shown::AnsweredAnd(own) = shown {
        query = query.filter(
            round_questions::answered_at
                .is_not_null()
                .or(round_questions::organization_id.eq_any(own.clone())),
        );
    }
    if let Some(before) = before {
        query = query.filter(round_questions::id.lt(RoundQuestionId(before)));
    }
    Ok(query.load(c)?)
}

/// How many questions of an organization wait for an answer.
pub fn unanswered_of(c: &mut Conn, round: RoundId, own: OrganizationId) -> Result<i64> {
    Ok(round_questions::table
        .filter(round_questions::round_id.eq(round))
        .filter(round_questions::organization_id.eq(own))
        .filter(round_questions::answered_at.is_null())
        .count()
        .get_result(c)?)
}

/// How many questions wait for an answer, round by round.
pub fn unanswered(c: &mut Conn, rounds: Vec<RoundId>) -> Result<Vec<(RoundId, i64)>> {
    Ok(round_questions::table
        .filter(round_questions::round_id.eq_any(rounds))
        .filter(round_questions::answered_at.is_null())
        .group_by(round_questions::round_id)
        .select((round_questions::round_id, diesel::dsl::count_star()))
        .load(c)?)
}

/// A round with its title and deadline, and how many questions wait there for an answer.
pub type Waiting = (RoundId, String, Instant, i64);

/// Rounds under these paths that are not opened yet and in which questions wait for an answer, the next deadline first.
pub fn waiting(c: &mut Conn, paths: &[String]) -> Result<Vec<Waiting>> {
    Ok(round_questions::table
        .inner_join(rounds::table.on(rounds::id.eq(round_questions::round_id)))
        .inner_join(organizations::table.on(organizations::id.eq(rounds::committee_id)))
        .filter(round_questions::answered_at.is_null())
        .filter(rounds::state.eq(RoundState::Open))
        .filter(people::below(paths))
        .group_by((rounds::id, rounds::title, rounds::deadline))
        .order((rounds::deadline, rounds::id))
        .limit(MOST)
        .select((
            rounds::id,
            rounds::title,
            rounds::deadline,
            diesel::dsl::count_star(),
        ))
        .load(c)?)
}

/// Writes the answer unless there is one; answers how many rows were written.
pub fn answer(
    c: &mut Conn,
    id: RoundQuestionId,
    text: &str,
    by: UserId,
    now: Instant,
) -> Result<usize> {
    Ok(diesel::update(
        round_questions::table
            .find(id)
            .filter(round_questions::answered_at.is_null()),
    )
    .set((
        round_questions::answer.eq(Some(text)),
        round_questions::answered_by.eq(Some(by)),
        round_questions::answered_at.eq(Some(now)),
    ))
    .execute(c)?)
}

pub fn insert_correction(c: &mut Conn, row: &Correction) -> Result<()> {
    diesel::insert_into(corrections::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn correction(c: &mut Conn, id: CorrectionId) -> Result<Correction> {
    Ok(corrections::table
        .find(id)
        .select(Correction::as_select())
        .first(c)?)
}

/// Newest first.
pub fn corrections(
    c: &mut Conn,
    round: RoundId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Correction>> {
    let mut query = corrections::table
        .filter(corrections::round_id.eq(round))
        .order(corrections::id.desc())
        .limit(limit)
        .select(Correction::as_select())
        .into_boxed::<crate::db::MultiBackend>();
    if let Some(before) = before {
        query = query.filter(corrections::id.lt(CorrectionId(before)));
    }
    Ok(query.load(c)?)
}

/// When each of these rounds was last corrected.
pub fn last_corrected(c: &mut Conn, rounds: Vec<RoundId>) -> Result<Vec<(RoundId, Instant)>> {
    let rows: Vec<(RoundId, Option<Instant>)> = corrections::table
        .filter(corrections::round_id.eq_any(rounds))
        .group_by(corrections::round_id)
        .select((
            corrections::round_id,
            diesel::dsl::max(corrections::posted_at),
        ))
        .load(c)?;
    Ok(rows
        .into_iter()
        .filter_map(|(round, at)| Some((round, at?)))
        .collect())
}
