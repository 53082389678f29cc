//! Queries of what waits for reviewers.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::bids::BidState;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{
    assignment_modes, assignments, bids, evaluations, panel_members, recusals, rounds,
    score_sheets, topics,
};
use crate::error::Result;
use crate::ids::{EvaluationId, RoundId, UserId};
use crate::rounds::RoundState;
use crate::scoring::SheetState;
use crate::seats::{EvaluationState, Reopened, Seat};

/// A seat in an evaluation that is being scored.
#[derive(Debug, Clone, Queryable)]
pub struct ScoringSeat {
    pub evaluation_id: EvaluationId,
    pub round_id: RoundId,
    pub title: String,
    pub seat: Seat,
    pub undertaking_at: Option<Instant>,
    /// JSON of a [`crate::seats::Reopened`].
    pub reopened: Option<String>,
}

impl ScoringSeat {
    pub fn reopened(&self) -> Result<Option<Reopened>> {
        Ok(self
            .reopened
            .as_deref()
            .map(serde_json::from_str)
            .transpose()?)
    }
}

pub fn seats_scoring(c: &mut Conn, user: UserId) -> Result<Vec<ScoringSeat>> {
    Ok(panel_members::table
        .inner_join(evaluations::table.inner_join(rounds::table))
        .filter(panel_members::user_id.eq(user))
        .filter(panel_members::removed_at.is_null())
        .filter(evaluations::state.eq(EvaluationState::Scoring))
        .filter(rounds::state.eq(RoundState::Scoring))
        .order(evaluations::id.desc())
        .limit(10)
        .select((
            evaluations::id,
            rounds::id,
            rounds::title,
            panel_members::seat,
            panel_members::undertaking_at,
            evaluations::reopened,
        ))
        .load(c)?)
}

/// Bids this reviewer has not handed in a sheet on.
pub fn unscored(
    c: &mut Conn,
    evaluation: EvaluationId,
    round: RoundId,
    user: UserId,
) -> Result<i64> {
    let recused = recusals::table
        .filter(recusals::evaluation_id.eq(evaluation))
        .filter(recusals::user_id.eq(user))
        .filter(recusals::topic_id.eq(topics::id))
        .filter(recusals::lifted_at.is_null());
    let submitted = score_sheets::table
        .filter(score_sheets::evaluation_id.eq(evaluation))
        .filter(score_sheets::reviewer_id.eq(user))
        .filter(score_sheets::subject_id.eq(bids::id))
        .filter(score_sheets::state.ne(SheetState::Draft));
    let divided = assignment_modes::table
        .filter(assignment_modes::evaluation_id.eq(evaluation))
        .filter(assignment_modes::assigned_at.is_not_null());
    let assigned = assignments::table
        .filter(assignments::evaluation_id.eq(evaluation))
        .filter(assignments::user_id.eq(user))
        .filter(assignments::bid_id.eq(bids::id));
    Ok(bids::table
        .inner_join(topics::table)
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(BidState::Opened))
        .filter(topics::failed.eq(false))
        .filter(not(exists(recused)))
        .filter(not(exists(submitted)))
        .filter(not(exists(divided)).or(exists(assigned)))
        .count()
        .get_result(c)?)
}
