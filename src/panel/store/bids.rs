//! Bids as the evaluation needs them.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::bids::{BidState, Named};
use crate::db::schema::{assignments, bids, evaluations, organizations, rounds, score_sheets};
use crate::db::{self, Conn, MultiBackend};
use crate::error::Result;
use crate::ids::{BidId, EvaluationId, OrganizationId, RoundId, TopicId, UserId};
use crate::rounds::RoundState;
use crate::seats::Evaluation;
use crate::text::containing;

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

/// Its columns, of bids with their organizations.
pub const LINE: (
    bids::id,
    bids::topic_id,
    organizations::id,
    organizations::path,
    (bids::title, organizations::short_name),
) = (
    bids::id,
    bids::topic_id,
    organizations::id,
    organizations::path,
    (bids::title, organizations::short_name),
);

/// The opened, valid bids of a round with their organizations.
pub fn bid_lines(c: &mut Conn, round: RoundId) -> Result<Vec<BidLine>> {
    Ok(bids::table
        .inner_join(organizations::table)
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(BidState::Opened))
        .order(bids::id)
        .select(LINE)
        .load(c)?)
}

/// How many opened bids each topic of a round has.
pub fn opened_by_topic(c: &mut Conn, round: RoundId) -> Result<HashMap<TopicId, i64>> {
    let counts: Vec<(Option<TopicId>, i64)> = bids::table
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(BidState::Opened))
        .group_by(bids::topic_id)
        .select((bids::topic_id, diesel::dsl::count_star()))
        .load(c)?;
    let known = |(topic, count): (Option<TopicId>, i64)| Some((topic?, count));
    Ok(counts.into_iter().filter_map(known).collect())
}

/// Which opened bids of a round are on which topic.
pub fn topics_of_opened(c: &mut Conn, round: RoundId) -> Result<Vec<(BidId, Option<TopicId>)>> {
    Ok(bids::table
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(BidState::Opened))
        .select((bids::id, bids::topic_id))
        .load(c)?)
}

/// So many opened bids of these topics, by id.
pub fn first_on(c: &mut Conn, topics: &[TopicId], limit: i64) -> Result<Vec<BidId>> {
    Ok(bids::table
        .filter(bids::topic_id.eq_any(topics.to_vec()))
        .filter(bids::state.eq(BidState::Opened))
        .order(bids::id)
        .limit(limit)
        .select(bids::id)
        .load(c)?)
}

/// So many opened bids of these topics that were given to fewer reviewers, by id, each with how many it has.
pub fn given_to_fewer(
    c: &mut Conn,
    evaluation: EvaluationId,
    topics: &[TopicId],
    wanted: i64,
    limit: i64,
) -> Result<Vec<(BidId, i64)>> {
    let given = || {
        assignments::table
            .filter(assignments::evaluation_id.eq(evaluation))
            .filter(assignments::bid_id.eq(bids::id))
            .select(diesel::dsl::count_star())
            .single_value()
    };
    Ok(bids::table
        .filter(bids::topic_id.eq_any(topics.to_vec()))
        .filter(bids::state.eq(BidState::Opened))
        .filter(given().lt(wanted))
        .order(bids::id)
        .limit(limit)
        .select((bids::id, given().assume_not_null()))
        .load(c)?)
}

/// Opened bids of a round by age: those named, and, if a word is given, so many of those whose title or organization holds
/// it.
pub fn bids_found(
    c: &mut Conn,
    round: RoundId,
    named: &[BidId],
    word: Option<&str>,
    limit: i64,
) -> Result<Vec<BidLine>> {
    let query = bids::table
        .inner_join(organizations::table)
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(BidState::Opened))
        .order(bids::id)
        .limit(limit)
        .select(LINE)
        .into_boxed::<MultiBackend>();
    let query = match word.map(containing) {
        None => query.filter(bids::id.eq_any(named.to_vec())),
        Some(word) => query.filter(
            bids::title
                .assume_not_null()
                .like(word.clone())
                .escape('\\')
                .or(organizations::short_name.like(word).escape('\\')),
        ),
    };
    let mut found: Vec<BidLine> = query.load(c)?;
    let known = |id: &BidId| found.iter().any(|bid| bid.id == *id);
    if word.is_some() && !named.iter().all(known) {
        found.extend(bids_found(c, round, named, None, limit)?);
    }
    Ok(found)
}

/// An organization by its path, and a topic it competes for.
pub type Competitor = (TopicId, String);

/// Which of these organizations compete for which topic, by their opened bids and those that went into one of them; each
/// once, however many bids it has there.
pub fn competitors(c: &mut Conn, round: RoundId, of: &[OrganizationId]) -> Result<Vec<Competitor>> {
    db::in_parts(of, |some| {
        Ok(bids::table
            .inner_join(organizations::table)
            .filter(bids::round_id.eq(round))
            .filter(bids::organization_id.eq_any(some))
            .filter(bids::state.eq_any([BidState::Opened, BidState::Merged]))
            .filter(bids::topic_id.is_not_null())
            .distinct()
            .select((bids::topic_id.assume_not_null(), organizations::path))
            .load(c)?)
    })
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

/// The opened bids of these organizations in the round.
pub fn opened_of(c: &mut Conn, round: RoundId, own: &[OrganizationId]) -> Result<Vec<BidId>> {
    Ok(bids::table
        .filter(bids::round_id.eq(round))
        .filter(bids::organization_id.eq_any(own.to_vec()))
        .filter(bids::state.eq(BidState::Opened))
        .select(bids::id)
        .load(c)?)
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

/// How many sheets these people have handed in, by topic.
pub fn handed_in(
    c: &mut Conn,
    evaluation: EvaluationId,
    reviewers: Vec<UserId>,
) -> Result<HashMap<(UserId, TopicId), usize>> {
    let rows: Vec<(UserId, Option<TopicId>, i64)> = score_sheets::table
        .filter(score_sheets::evaluation_id.eq(evaluation))
        .filter(score_sheets::reviewer_id.eq_any(reviewers))
        .filter(score_sheets::submitted_at.is_not_null())
        .group_by((score_sheets::reviewer_id, score_sheets::topic_id))
        .select((
            score_sheets::reviewer_id,
            score_sheets::topic_id,
            diesel::dsl::count_star(),
        ))
        .load(c)?;
    let counted = |(reviewer, topic, count): (_, Option<TopicId>, i64)| {
        Some(((reviewer, topic?), usize::try_from(count).unwrap_or(0)))
    };
    Ok(rows.into_iter().filter_map(counted).collect())
}
