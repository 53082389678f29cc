//! Queries of who marks which bid.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::schema::{assignment_modes, assignments, evaluations};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{AssignmentId, AssignmentModeId, BidId, EvaluationId, RoundId, TopicId, UserId};

/// So many reviewers for each bid; without a row everybody marks everything.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = assignment_modes)]
pub struct Mode {
    pub id: AssignmentModeId,
    pub evaluation_id: EvaluationId,
    pub per_bid: i64,
    pub seed: Option<String>,
    /// SHA-256 over the pairs as first assigned.
    pub digest: Option<String>,
    pub assigned_at: Option<Instant>,
}

pub fn mode(c: &mut Conn, evaluation: EvaluationId) -> Result<Option<Mode>> {
    Ok(assignment_modes::table
        .filter(assignment_modes::evaluation_id.eq(evaluation))
        .select(Mode::as_select())
        .first(c)
        .optional()?)
}

pub fn set_mode(c: &mut Conn, row: &Mode) -> Result<()> {
    clear_mode(c, row.evaluation_id)?;
    diesel::insert_into(assignment_modes::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn clear_mode(c: &mut Conn, evaluation: EvaluationId) -> Result<()> {
    diesel::delete(assignment_modes::table.filter(assignment_modes::evaluation_id.eq(evaluation)))
        .execute(c)?;
    Ok(())
}

pub fn mark_assigned(
    c: &mut Conn,
    id: AssignmentModeId,
    seed: &str,
    digest: &str,
    at: Instant,
) -> Result<()> {
    let rows = diesel::update(assignment_modes::table.find(id))
        .set((
            assignment_modes::seed.eq(Some(seed)),
            assignment_modes::digest.eq(Some(digest)),
            assignment_modes::assigned_at.eq(Some(at)),
        ))
        .execute(c)?;
    changed(rows)
}

/// Every bid with its reviewers.
pub fn assignments(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<(BidId, UserId)>> {
    Ok(assignments::table
        .filter(assignments::evaluation_id.eq(evaluation))
        .order((assignments::bid_id, assignments::user_id))
        .select((assignments::bid_id, assignments::user_id))
        .load(c)?)
}

/// How many bids each reviewer was given.
pub fn assigned_counts(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<(UserId, i64)>> {
    Ok(assignments::table
        .filter(assignments::evaluation_id.eq(evaluation))
        .group_by(assignments::user_id)
        .select((assignments::user_id, diesel::dsl::count_star()))
        .load(c)?)
}

pub fn insert_assignment(
    c: &mut Conn,
    evaluation: EvaluationId,
    (bid, topic): (BidId, TopicId),
    user: UserId,
    now: Instant,
) -> Result<()> {
    diesel::insert_into(assignments::table)
        .values((
            assignments::id.eq(AssignmentId::fresh(now)),
            assignments::evaluation_id.eq(evaluation),
            assignments::bid_id.eq(bid),
            assignments::user_id.eq(user),
            assignments::topic_id.eq(Some(topic)),
        ))
        .execute(c)?;
    Ok(())
}

pub fn remove_assignment(
    c: &mut Conn,
    evaluation: EvaluationId,
    bid: BidId,
    user: UserId,
) -> Result<()> {
    diesel::delete(
        assignments::table
            .filter(assignments::evaluation_id.eq(evaluation))
            .filter(assignments::bid_id.eq(bid))
            .filter(assignments::user_id.eq(user)),
    )
    .execute(c)?;
    Ok(())
}

/// Bids of this round that this person is to mark; none if everybody marks everything.
pub fn assigned_to(c: &mut Conn, round: RoundId, user: UserId) -> Result<Option<Vec<BidId>>> {
    let evaluation: Option<EvaluationId> = assignment_modes::table
        .inner_join(evaluations::table)
        .filter(evaluations::round_id.eq(round))
        .filter(assignment_modes::assigned_at.is_not_null())
        .select(assignment_modes::evaluation_id)
        .first(c)
        .optional()?;
    let Some(evaluation) = evaluation else {
        return Ok(None);
    };
    Ok(Some(
        assignments::table
            .filter(assignments::evaluation_id.eq(evaluation))
            .filter(assignments::user_id.eq(user))
            .select(assignments::bid_id)
            .load(c)?,
    ))
}

/// Whether this bid is this person's to mark.
pub fn is_assigned(
    c: &mut Conn,
    evaluation: EvaluationId,
    bid: BidId,
    user: UserId,
) -> Result<bool> {
    let divided: bool = diesel::select(diesel::dsl::exists(
        assignment_modes::table
            .filter(assignment_modes::evaluation_id.eq(evaluation))
            .filter(assignment_modes::assigned_at.is_not_null()),
    ))
    .get_result(c)?;
    if !divided {
        return Ok(true);
    }
    Ok(diesel::select(diesel::dsl::exists(
        assignments::table
            .filter(assignments::evaluation_id.eq(evaluation))
            .filter(assignments::bid_id.eq(bid))
            .filter(assignments::user_id.eq(user)),
    ))
    .get_result(c)?)
}
