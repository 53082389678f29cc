//! Panels: criteria and seats, draws that can be drawn again, recusals lifted by two, bids divided among who may mark them.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::LiftState;
use crate::db::Conn;
use crate::db::schema::{
    assignments, bids, criteria, draws, evaluations, panel_members, recusal_lifts, recusals, rounds,
};
use crate::error::Result;
use crate::ids::{BidId, DrawId, EvaluationId, LiftId, RecusalId, RoundId, TopicId, UserId};
use crate::numbers::lot;
use crate::seats::{EvaluationState, RecusalCause, Seat, SubjectKind};
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[
    ("evaluation", &[full_marks, panels]),
    ("panel", &[draws_again, lifts, lifted, divided]),
];

/// The criteria add up to 100.00.
fn full_marks(c: &mut Conn) -> Result<Vec<String>> {
    let mut sums: HashMap<EvaluationId, i64> = HashMap::new();
    for (evaluation, full) in criteria::table
        .select((criteria::evaluation_id, criteria::full_marks))
        .load::<(EvaluationId, i64)>(c)?
    {
        *sums.entry(evaluation).or_default() += full;
    }
    let all: Vec<EvaluationId> = evaluations::table.select(evaluations::id).load(c)?;
    Ok(all
        .into_iter()
        .filter_map(|evaluation| {
            let sum = sums.get(&evaluation).copied().unwrap_or(0);
            (sum != 10_000).then(|| {
                format!("the criteria of evaluation {evaluation} add up to {sum} hundredths")
            })
        })
        .collect())
}

/// A panel that marks bids is odd, at least five, with one chair.
fn panels(c: &mut Conn) -> Result<Vec<String>> {
    let marking: Vec<EvaluationId> = evaluations::table
        .filter(evaluations::subject_kind.eq(SubjectKind::Bid))
        .filter(evaluations::state.ne(EvaluationState::Preparing))
        .select(evaluations::id)
        .load(c)?;
    let mut seats: HashMap<EvaluationId, (usize, usize)> = HashMap::new();
    for (evaluation, seat) in panel_members::table
        .filter(panel_members::removed_at.is_null())
        .select((panel_members::evaluation_id, panel_members::seat))
        .load::<(EvaluationId, Seat)>(c)?
    {
        let (members, chairs) = seats.entry(evaluation).or_default();
        *members += 1;
        *chairs += usize::from(seat == Seat::Chair);
    }
    Ok(marking
        .into_iter()
        .filter_map(|evaluation| {
            let (members, chairs) = seats.get(&evaluation).copied().unwrap_or_default();
            let good = members >= 5 && members % 2 == 1 && chairs == 1;
            (!good).then(|| {
                format!(
                    "the panel of evaluation {evaluation} has {members} members, {chairs} chair(s)"
                )
            })
        })
        .collect())
}

type Drawn = (
    DrawId,
    RoundId,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// Every draw gives the same seed and order again.
fn draws_again(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<Drawn> = draws::table
        .inner_join(evaluations::table.on(evaluations::id.eq(draws::evaluation_id)))
        .inner_join(rounds::table.on(evaluations::round_id.eq(rounds::id.nullable())))
        .select((
            draws::id,
            rounds::id,
            draws::pool,
            draws::secret,
            draws::commitment,
            draws::nonce,
            draws::audit_head,
            draws::seed,
            draws::outcome,
        ))
        .load(c)?;
    let mut found = Vec::new();
    for (id, round, pool, secret, commitment, nonce, head, seed, outcome) in rows {
        if lot::commitment(&secret) != commitment {
            found.push(format!(
                "draw {id}: the secret is not what was committed to"
            ));
        }
        let (Some(nonce), Some(head), Some(seed), Some(outcome)) = (nonce, head, seed, outcome)
        else {
            continue;
        };
        let pool: Vec<i64> = serde_json::from_str(&pool).unwrap_or_default();
        let again = lot::seed(lot::Inputs {
            secret: &secret,
            audit_head: &head,
            round: round.0,
            pool: &pool,
            nonce: &nonce,
        });
        let order: Vec<i64> = serde_json::from_str(&outcome).unwrap_or_default();
        if again != seed || lot::order(&seed, &pool) != order {
            found.push(format!("draw {id} cannot be drawn again"));
        }
    }
    Ok(found)
}

/// Who confirms is not who proposed.
fn lifts(c: &mut Conn) -> Result<Vec<String>> {
    let alone: Vec<LiftId> = recusal_lifts::table
        .filter(recusal_lifts::answered_by.eq(recusal_lifts::proposed_by.nullable()))
        .select(recusal_lifts::id)
        .load(c)?;
    Ok(alone
        .into_iter()
        .map(|id| format!("lift {id} was proposed and answered by one person"))
        .collect())
}

/// A lifted recusal was confirmed, and is none of one's own organization.
fn lifted(c: &mut Conn) -> Result<Vec<String>> {
    let confirmed: HashSet<RecusalId> = recusal_lifts::table
        .filter(recusal_lifts::state.eq(LiftState::Confirmed))
        .select(recusal_lifts::recusal_id)
        .load(c)?
        .into_iter()
        .collect();
    let rows: Vec<(RecusalId, RecusalCause)> = recusals::table
        .filter(recusals::lifted_at.is_not_null())
        .select((recusals::id, recusals::cause))
        .load(c)?;
    Ok(rows
        .into_iter()
        .filter(|(id, cause)| *cause == RecusalCause::OwnOrganization || !confirmed.contains(id))
        .map(|(id, _)| format!("recusal {id} was lifted against the rule"))
        .collect())
}

/// While scoring runs, bids are with seated reviewers who are not recused from their topics.
fn divided(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<(EvaluationId, BidId, Option<TopicId>, UserId)> = assignments::table
        .inner_join(evaluations::table)
        .inner_join(bids::table.on(bids::id.eq(assignments::bid_id)))
        .filter(evaluations::state.eq(EvaluationState::Scoring))
        .select((
            assignments::evaluation_id,
            assignments::bid_id,
            bids::topic_id,
            assignments::user_id,
        ))
        .load(c)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let seated: HashSet<(EvaluationId, UserId)> = panel_members::table
        .filter(panel_members::removed_at.is_null())
        .select((panel_members::evaluation_id, panel_members::user_id))
        .load(c)?
        .into_iter()
        .collect();
    let mut away: HashMap<(EvaluationId, UserId), HashSet<TopicId>> = HashMap::new();
    for (evaluation, user, topic) in recusals::table
        .filter(recusals::lifted_at.is_null())
        .select((
            recusals::evaluation_id,
            recusals::user_id,
            recusals::topic_id,
        ))
        .load::<(EvaluationId, UserId, TopicId)>(c)?
    {
        away.entry((evaluation, user)).or_default().insert(topic);
    }
    Ok(rows
        .into_iter()
        .filter(|(evaluation, _, topic, user)| {
            !seated.contains(&(*evaluation, *user))
                || topic.is_some_and(|topic| {
                    away.get(&(*evaluation, *user))
                        .is_some_and(|topics| topics.contains(&topic))
                })
        })
        .map(|(_, bid, _, user)| format!("bid {bid} is with user {user}, who may not mark it"))
        .collect())
}
