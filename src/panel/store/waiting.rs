//! Queries of what waits for whom about panels.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{
    draws, evaluations, organizations, panel_invitations, panel_members, recusal_lifts, recusals,
    rounds,
};
use crate::error::Result;
use crate::ids::{RoundId, UserId};
use crate::panel::{DrawPurpose, LiftState};
use crate::people;
use crate::rounds::RoundState;
use crate::seats::{EvaluationState, InvitationState};
use crate::todo::MOST;

/// A round with its title.
pub type Waiting = (RoundId, String);

/// Rounds whose invitation this person has not answered.
pub fn unanswered(c: &mut Conn, user: UserId) -> Result<Vec<Waiting>> {
    Ok(panel_invitations::table
        .inner_join(panel_members::table.inner_join(evaluations::table.inner_join(rounds::table)))
        .filter(panel_members::user_id.eq(user))
        .filter(panel_members::removed_at.is_null())
        .filter(panel_invitations::state.eq(InvitationState::Sent))
        .filter(evaluations::state.eq(EvaluationState::Preparing))
        .filter(rounds::state.ne(RoundState::Cancelled))
        .order(rounds::id.desc())
        .limit(MOST)
        .select((rounds::id, rounds::title))
        .load(c)?)
}

/// Draws of the committees under these paths that wait for the supervisor's word.
pub fn undrawn(c: &mut Conn, paths: &[String]) -> Result<Vec<(Waiting, DrawPurpose)>> {
    Ok(draws::table
        .inner_join(evaluations::table.on(evaluations::id.eq(draws::evaluation_id)))
        .inner_join(rounds::table.on(evaluations::round_id.eq(rounds::id.nullable())))
        .inner_join(organizations::table.on(organizations::id.eq(rounds::committee_id)))
        .filter(people::below(paths))
        .filter(draws::drawn_at.is_null())
        .filter(evaluations::state.ne(EvaluationState::Locked))
        .filter(rounds::state.ne(RoundState::Cancelled))
        .order(draws::id)
        .limit(MOST)
        .select(((rounds::id, rounds::title), draws::purpose))
        .load(c)?)
}

/// Rounds of the committees under these paths with a seat whose holder declined.
pub fn vacant(c: &mut Conn, paths: &[String]) -> Result<Vec<Waiting>> {
    Ok(panel_invitations::table
        .inner_join(panel_members::table.inner_join(evaluations::table.inner_join(rounds::table)))
        .inner_join(organizations::table.on(organizations::id.eq(rounds::committee_id)))
        .filter(people::below(paths))
        .filter(panel_invitations::state.eq(InvitationState::Declined))
        .filter(panel_members::removed_at.is_null())
        .filter(evaluations::state.eq(EvaluationState::Preparing))
        .filter(rounds::state.ne(RoundState::Cancelled))
        .order(rounds::id)
        .limit(MOST)
        .select((rounds::id, rounds::title))
        .distinct()
        .load(c)?)
}

/// Rounds of the committees under these paths in which somebody else than `user` proposed to lift a recusal.
pub fn lifts_proposed(c: &mut Conn, paths: &[String], user: UserId) -> Result<Vec<Waiting>> {
    Ok(recusal_lifts::table
        .inner_join(recusals::table)
        .inner_join(evaluations::table.on(evaluations::id.eq(recusals::evaluation_id)))
        .inner_join(rounds::table.on(evaluations::round_id.eq(rounds::id.nullable())))
        .inner_join(organizations::table.on(organizations::id.eq(rounds::committee_id)))
        .filter(people::below(paths))
        .filter(recusal_lifts::state.eq(LiftState::Proposed))
        .filter(recusal_lifts::proposed_by.ne(user))
        .filter(evaluations::state.eq(EvaluationState::Scoring))
        .order(rounds::id)
        .limit(MOST)
        .select((rounds::id, rounds::title))
        .distinct()
        .load(c)?)
}
