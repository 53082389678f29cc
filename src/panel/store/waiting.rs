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
use crate::rounds::{Round, RoundState};
use crate::seats::{EvaluationState, InvitationState};

/// A round with its title and the committee's path.
pub type Waiting = (RoundId, String, String);

const MOST: i64 = 50;

/// Rounds whose invitation this person has not answered.
pub fn unanswered(c: &mut Conn, user: UserId) -> Result<Vec<(RoundId, String)>> {
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

/// Draws that wait for the supervisor's word.
pub fn undrawn(c: &mut Conn) -> Result<Vec<(Waiting, DrawPurpose)>> {
    Ok(draws::table
        .inner_join(evaluations::table.on(evaluations::id.eq(draws::evaluation_id)))
        .inner_join(rounds::table.on(evaluations::round_id.eq(rounds::id.nullable())))
        .inner_join(organizations::table.on(organizations::id.eq(rounds::committee_id)))
        .filter(draws::drawn_at.is_null())
        .filter(evaluations::state.ne(EvaluationState::Locked))
        .filter(rounds::state.ne(RoundState::Cancelled))
        .order(draws::id)
        .limit(MOST)
        .select((
            (rounds::id, rounds::title, organizations::path),
            draws::purpose,
        ))
        .load(c)?)
}

/// Rounds with a seat whose holder declined.
pub fn vacant(c: &mut Conn) -> Result<Vec<Waiting>> {
    Ok(panel_invitations::table
        .inner_join(panel_members::table.inner_join(
            evaluations::table.inner_join(rounds::table.inner_join(organizations::table)),
        ))
        .filter(panel_invitations::state.eq(InvitationState::Declined))
        .filter(panel_members::removed_at.is_null())
        .filter(evaluations::state.eq(EvaluationState::Preparing))
        .filter(rounds::state.ne(RoundState::Cancelled))
        .order(rounds::id)
        .limit(MOST)
        .select((rounds::id, rounds::title, organizations::path))
        .distinct()
        .load(c)?)
}

/// Rounds in which somebody proposed to lift a recusal, with who did.
pub fn lifts_proposed(c: &mut Conn) -> Result<Vec<(Waiting, UserId)>> {
    Ok(recusal_lifts::table
        .inner_join(recusals::table)
        .inner_join(evaluations::table.on(evaluations::id.eq(recusals::evaluation_id)))
        .inner_join(rounds::table.on(evaluations::round_id.eq(rounds::id.nullable())))
        .inner_join(organizations::table.on(organizations::id.eq(rounds::committee_id)))
        .filter(recusal_lifts::state.eq(LiftState::Proposed))
        .filter(evaluations::state.eq(EvaluationState::Scoring))
        .order(recusal_lifts::id)
        .limit(MOST)
        .select((
            (rounds::id, rounds::title, organizations::path),
            recusal_lifts::proposed_by,
        ))
        .load(c)?)
}

/// Rounds in one of these states, newest first, with their committees' paths.
pub fn rounds_under_way(
    c: &mut Conn,
    states: &[RoundState],
    limit: i64,
) -> Result<Vec<(Round, String)>> {
    Ok(rounds::table
        .inner_join(organizations::table)
        .filter(rounds::state.eq_any(states.to_vec()))
        .order(rounds::id.desc())
        .limit(limit)
        .select((Round::as_select(), organizations::path))
        .load(c)?)
}
