//! Bids as the evaluation needs them.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::bids::{BidState, Named};
use crate::db::Conn;
use crate::db::schema::{bids, evaluations, organizations, rounds, score_sheets};
use crate::error::Result;
use crate::ids::{BidId, EvaluationId, OrganizationId, RoundId, TopicId, UserId};
use crate::rounds::RoundState;
use crate::seats::Evaluation;

/// A bid as the panel's work needs it: nothing of its content.
#[derive(Debug, Clone, Queryable)]
pub struct BidLine {
    pub id: BidId,
    pub topic_id: Option<TopicId>,
    pub organization_id: OrganizationId,
    pub path: String,
    /// What it is called and whose it is: for whoever asked under which veil.
    pub named: Named,
}

/// The opened, valid bids of a round with their organizations.
pub fn bid_lines(c: &mut Conn, round: RoundId) -> Result<Vec<BidLine>> {
    Ok(bids::table
        .inner_join(organizations::table)
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(BidState::Opened))
        .order(bids::id)
        .select((
            bids::id,
            bids::topic_id,
            organizations::id,
            organizations::path,
            (bids::title, organizations::short_name),
        ))
        .load(c)?)
}

/// Who competes for which topic: the opened bids' organizations, and those whose bids went into one of them.
pub fn competitors(c: &mut Conn, round: RoundId) -> Result<Vec<BidLine>> {
    Ok(bids::table
        .inner_join(organizations::table)
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq_any([BidState::Opened, BidState::Merged]))
        .order(bids::id)
        .select((
            bids::id,
            bids::topic_id,
            organizations::id,
            organizations::path,
            (bids::title, organizations::short_name),
        ))
        .load(c)?)
}

/// Where a bid stands, for whoever marks it.
#[derive(Debug, Clone, Queryable)]
pub struct BidToMark {
    pub id: BidId,
    pub round_id: RoundId,
    pub organization_id: OrganizationId,
    pub topic_id: Option<TopicId>,
    pub state: BidState,
    pub round_state: RoundState,
    pub committee_id: OrganizationId,
}

pub fn bid_to_mark(c: &mut Conn, bid: BidId) -> Result<(BidToMark, Evaluation)> {
    Ok(bids::table
        .inner_join(rounds::table)
        .inner_join(evaluations::table.on(evaluations::round_id.eq(bids::round_id.nullable())))
        .filter(bids::id.eq(bid))
        .select((
            (
                bids::id,
                bids::round_id,
                bids::organization_id,
                bids::topic_id,
                bids::state,
                rounds::state,
                rounds::committee_id,
            ),
            Evaluation::as_select(),
        ))
        .first(c)?)
}

/// Whether one of these organizations has a bid that was opened in the round.
pub fn bids_in_round(c: &mut Conn, round: RoundId, own: &[OrganizationId]) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(
        bids::table
            .filter(bids::round_id.eq(round))
            .filter(bids::organization_id.eq_any(own.to_vec()))
            .filter(bids::state.eq_any([BidState::Opened, BidState::Merged])),
    ))
    .get_result(c)?)
}

/// Sheets handed in, by reviewer and topic.
pub fn handed_in(
    c: &mut Conn,
    evaluation: EvaluationId,
) -> Result<HashMap<(UserId, TopicId), usize>> {
    let rows: Vec<(UserId, Option<TopicId>)> = score_sheets::table
        .inner_join(bids::table.on(bids::id.eq(score_sheets::subject_id)))
        .filter(score_sheets::evaluation_id.eq(evaluation))
        .filter(score_sheets::submitted_at.is_not_null())
        .select((score_sheets::reviewer_id, bids::topic_id))
        .load(c)?;
    let mut all = HashMap::new();
    for (reviewer, topic) in rows {
        if let Some(topic) = topic {
            *all.entry((reviewer, topic)).or_default() += 1;
        }
    }
    Ok(all)
}
