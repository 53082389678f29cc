//! Queries of what waits for whom about panels.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{
    draws, evaluations, organizations, panel_invitations, panel_members, recusal_lifts, recusals,
    rounds, topics,
};
use crate::error::Result;
use crate::ids::{EvaluationId, RoundId, TopicId, UserId};
use crate::panel::{DrawPurpose, LiftState};
use crate::people;
use crate::rounds::RoundState;
use crate::seats::{Evaluation, EvaluationState, InvitationState};
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

/// Rounds of the committees under these paths with a topic that too few of the panel are left to judge: they wait for substitutes.
pub fn short_of_judges(c: &mut Conn, paths: &[String]) -> Result<Vec<Waiting>> {
    let recused: Vec<(Evaluation, Waiting, TopicId)> = recusals::table
        .inner_join(topics::table)
        .inner_join(evaluations::table)
        .inner_join(rounds::table.on(evaluations::round_id.eq(rounds::id.nullable())))
        .inner_join(
            panel_members::table.on(panel_members::evaluation_id
                .eq(recusals::evaluation_id)
                .and(panel_members::user_id.eq(recusals::user_id))),
        )
        .inner_join(organizations::table.on(organizations::id.eq(rounds::committee_id)))
        .filter(people::below(paths))
        .filter(rounds::state.eq_any([RoundState::Opened, RoundState::Scoring]))
        .filter(recusals::lifted_at.is_null())
        .filter(panel_members::removed_at.is_null())
        .filter(topics::failed.eq(false))
        .order((recusals::evaluation_id, recusals::topic_id))
        .select((
            Evaluation::as_select(),
            (rounds::id, rounds::title),
            recusals::topic_id,
        ))
        .load(c)?;
    if recused.is_empty() {
        return Ok(Vec::new());
    }
    let seats: HashMap<EvaluationId, i64> = panel_members::table
        .filter(panel_members::evaluation_id.eq_any(recused.iter().map(|(one, ..)| one.id)))
        .filter(panel_members::removed_at.is_null())
        .group_by(panel_members::evaluation_id)
        .select((panel_members::evaluation_id, diesel::dsl::count_star()))
        .load::<(EvaluationId, i64)>(c)?
        .into_iter()
        .collect();
    let mut short: Vec<Waiting> = recused
        .chunk_by(|one, other| (one.0.id, one.2) == (other.0.id, other.2))
        .filter_map(|left| {
            let (evaluation, round, _) = left.first()?;
            let seats = usize::try_from(*seats.get(&evaluation.id)?).ok()?;
            let still = seats.saturating_sub(left.len());
            (still < evaluation.quorum(seats)).then(|| round.clone())
        })
        .collect();
    short.dedup();
    Ok(short)
}

/// Rounds that are being marked by a panel on which this person sits.
pub fn judged_by(c: &mut Conn, user: UserId) -> Result<Vec<RoundId>> {
    let rounds: Vec<Option<RoundId>> = panel_members::table
        .inner_join(evaluations::table)
        .filter(panel_members::user_id.eq(user))
        .filter(panel_members::removed_at.is_null())
        .filter(evaluations::state.eq(EvaluationState::Scoring))
        .filter(evaluations::round_id.is_not_null())
        .order(evaluations::round_id)
        .select(evaluations::round_id)
        .load(c)?;
    Ok(rounds.into_iter().flatten().collect())
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
