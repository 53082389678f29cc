//! Queries of blind rounds: which they are, and who bids in them.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{bids, evaluations, organizations, panel_members, round_questions, rounds};
use crate::error::Result;
use crate::ids::{OrganizationId, RoundId, UserId};
use crate::seats::EvaluationState;

/// Those of these rounds whose panel does not know who bids, with their committee's path: until the lock, or until the
/// round is concluded without one.
pub fn blind_among(c: &mut Conn, ids: &[RoundId]) -> Result<Vec<(RoundId, String)>> {
    Ok(evaluations::table
        .inner_join(rounds::table)
        .inner_join(organizations::table)
        .filter(rounds::id.eq_any(ids.to_vec()))
        .filter(rounds::concluded_at.is_null())
        .filter(evaluations::blind.eq(true))
        .filter(evaluations::state.ne(EvaluationState::Locked))
        .order(rounds::id)
        .select((rounds::id, organizations::path))
        .load(c)?)
}

/// Those of these rounds on whose panel this person sits.
pub fn seated_among(c: &mut Conn, ids: &[RoundId], user: UserId) -> Result<Vec<RoundId>> {
    Ok(panel_members::table
        .inner_join(evaluations::table)
        .filter(evaluations::round_id.eq_any(ids.to_vec()))
        .filter(panel_members::user_id.eq(user))
        .filter(panel_members::removed_at.is_null())
        .select(evaluations::round_id.assume_not_null())
        .load(c)?)
}

/// Organizations that have begun a bid or asked a question in the round.
pub fn bidding(c: &mut Conn, round: RoundId) -> Result<HashSet<OrganizationId>> {
    let mut found: HashSet<OrganizationId> = bids::table
        .filter(bids::round_id.eq(round))
        .select(bids::organization_id)
        .load(c)?
        .into_iter()
        .collect();
    found.extend(
        round_questions::table
            .filter(round_questions::round_id.eq(round))
            .select(round_questions::organization_id)
            .load::<OrganizationId>(c)?,
    );
    Ok(found)
}
