//! Queries of recusals.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::schema::{evaluations, recusals};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{EvaluationId, RecusalId, RoundId, TopicId, UserId};
use crate::seats::RecusalCause;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = recusals)]
pub struct Recusal {
    pub id: RecusalId,
    pub evaluation_id: EvaluationId,
    pub topic_id: TopicId,
    pub user_id: UserId,
    pub cause: RecusalCause,
    pub reason: String,
    pub at: Instant,
    /// Lifted by two people: counts no more.
    pub lifted_at: Option<Instant>,
}

impl Recusal {
    /// One that stands from now on.
    pub fn standing(
        evaluation_id: EvaluationId,
        (user_id, topic_id): (UserId, TopicId),
        cause: RecusalCause,
        reason: String,
        now: Instant,
    ) -> Self {
        Self {
            id: RecusalId::fresh(now),
            evaluation_id,
            topic_id,
            user_id,
            cause,
            reason,
            at: now,
            lifted_at: None,
        }
    }
}

/// Recusals that stand.
pub fn recusals(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<Recusal>> {
    Ok(recusals::table
        .filter(recusals::evaluation_id.eq(evaluation))
        .filter(recusals::lifted_at.is_null())
        .order((recusals::topic_id, recusals::id))
        .select(Recusal::as_select())
        .load(c)?)
}

pub fn recused_topics(c: &mut Conn, round: RoundId, user: UserId) -> Result<Vec<TopicId>> {
    Ok(recusals::table
        .inner_join(evaluations::table)
        .filter(evaluations::round_id.eq(round))
        .filter(recusals::user_id.eq(user))
        .filter(recusals::lifted_at.is_null())
        .select(recusals::topic_id)
        .load(c)?)
}

pub fn is_recused(
    c: &mut Conn,
    evaluation: EvaluationId,
    user: UserId,
    topic: TopicId,
) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(
        recusals::table
            .filter(recusals::evaluation_id.eq(evaluation))
            .filter(recusals::user_id.eq(user))
            .filter(recusals::topic_id.eq(topic))
            .filter(recusals::lifted_at.is_null()),
    ))
    .get_result(c)?)
}

pub fn insert_recusal(c: &mut Conn, row: &Recusal) -> Result<()> {
    diesel::insert_into(recusals::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn recusal(c: &mut Conn, id: RecusalId) -> Result<Recusal> {
    Ok(recusals::table
        .find(id)
        .select(Recusal::as_select())
        .first(c)?)
}

/// All recusals of an evaluation, lifted ones too.
pub fn all_recusals(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<Recusal>> {
    Ok(recusals::table
        .filter(recusals::evaluation_id.eq(evaluation))
        .order((recusals::topic_id, recusals::id))
        .select(Recusal::as_select())
        .load(c)?)
}

pub fn lift_recusal(c: &mut Conn, id: RecusalId, at: Instant) -> Result<()> {
    let rows = diesel::update(
        recusals::table
            .find(id)
            .filter(recusals::lifted_at.is_null()),
    )
    .set(recusals::lifted_at.eq(Some(at)))
    .execute(c)?;
    changed(rows)
}
