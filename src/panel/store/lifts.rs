//! Recusals that were proposed to be lifted.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::schema::{recusal_lifts, recusals};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{EvaluationId, LiftId, RecusalId, UserId};
use crate::panel::LiftState;

/// A proposal to lift a recusal: one proposes, another answers.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = recusal_lifts)]
pub struct Lift {
    pub id: LiftId,
    pub recusal_id: RecusalId,
    pub reason: String,
    pub state: LiftState,
    pub proposed_by: UserId,
    pub proposed_at: Instant,
    pub answered_by: Option<UserId>,
    pub answered_at: Option<Instant>,
    pub answer: Option<String>,
}

/// Proposals of an evaluation, oldest first.
pub fn lifts(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<Lift>> {
    Ok(recusal_lifts::table
        .inner_join(recusals::table)
        .filter(recusals::evaluation_id.eq(evaluation))
        .order(recusal_lifts::id)
        .select(Lift::as_select())
        .load(c)?)
}

pub fn pending_lift(c: &mut Conn, recusal: RecusalId) -> Result<Option<Lift>> {
    Ok(recusal_lifts::table
        .filter(recusal_lifts::recusal_id.eq(recusal))
        .filter(recusal_lifts::state.eq(LiftState::Proposed))
        .select(Lift::as_select())
        .first(c)
        .optional()?)
}

pub fn insert_lift(c: &mut Conn, row: &Lift) -> Result<()> {
    diesel::insert_into(recusal_lifts::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn answer_lift(c: &mut Conn, row: &Lift) -> Result<()> {
    let rows = diesel::update(
        recusal_lifts::table
            .find(row.id)
            .filter(recusal_lifts::state.eq(LiftState::Proposed)),
    )
    .set((
        recusal_lifts::state.eq(row.state),
        recusal_lifts::answered_by.eq(row.answered_by),
        recusal_lifts::answered_at.eq(row.answered_at),
        recusal_lifts::answer.eq(row.answer.clone()),
    ))
    .execute(c)?;
    changed(rows)
}
