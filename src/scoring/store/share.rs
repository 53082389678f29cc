//! Queries of what a reviewer is to mark: parts of it, and how much of it is done.

use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::OwnSheet;
use crate::bids::{BidState, called};
use crate::db::schema::{assignments, bids, organizations, score_sheets};
use crate::db::{Conn, MultiBackend};
use crate::error::Result;
use crate::ids::{BidId, EvaluationId, RoundId, SheetId, TopicId, UserId};
use crate::panel::{BidLine, LINE};
use crate::scoring::SheetState;

/// Which opened bids of a topic are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub evaluation: EvaluationId,
    pub reviewer: UserId,
    pub topic: TopicId,
    /// Only those that were assigned to the reviewer.
    pub divided: bool,
    /// Only those on which the reviewer has handed in no sheet.
    pub owed: bool,
    /// Part of a title or of an organization's name; empty: whatever they are called.
    pub word: &'a str,
}

/// So many bids of a topic by id, after this one; or before it, the nearest first.
pub fn to_mark(
    c: &mut Conn,
    wanted: Wanted,
    from: BidId,
    back: bool,
    limit: i64,
) -> Result<Vec<BidLine>> {
    let mut query = bids::table
        .inner_join(organizations::table)
        .filter(bids::topic_id.eq(wanted.topic))
        .filter(bids::state.eq(BidState::Opened))
        .limit(limit)
        .select(LINE)
        .into_boxed::<MultiBackend>();
    if wanted.divided {
        query = query.filter(exists(
            assignments::table
                .filter(assignments::evaluation_id.eq(wanted.evaluation))
                .filter(assignments::user_id.eq(wanted.reviewer))
                .filter(assignments::bid_id.eq(bids::id)),
        ));
    }
    if wanted.owed {
        query = query.filter(not(exists(
            score_sheets::table
                .filter(score_sheets::evaluation_id.eq(wanted.evaluation))
                .filter(score_sheets::subject_id.eq(bids::id))
                .filter(score_sheets::reviewer_id.eq(wanted.reviewer))
                .filter(score_sheets::state.ne(SheetState::Draft)),
        )));
    }
    if !wanted.word.is_empty() {
        query = query.filter(called(wanted.word));
    }
    query = match back {
        true => query.filter(bids::id.lt(from)).order(bids::id.desc()),
        false => query.filter(bids::id.gt(from)).order(bids::id.asc()),
    };
    Ok(query.load(c)?)
}

/// So many opened bids of a round after this one, by id, but not on these topics; only those assigned, where they are.
pub fn printed(
    c: &mut Conn,
    round: RoundId,
    except: &[TopicId],
    assigned: Option<(EvaluationId, UserId)>,
    after: BidId,
    limit: i64,
) -> Result<Vec<BidLine>> {
    let mut query = bids::table
        .inner_join(organizations::table)
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(BidState::Opened))
        .filter(bids::topic_id.ne_all(except.to_vec()))
        .filter(bids::id.gt(after))
        .order(bids::id)
        .limit(limit)
        .select(LINE)
        .into_boxed::<MultiBackend>();
    if let Some((evaluation, reviewer)) = assigned {
        query = query.filter(exists(
            assignments::table
                .filter(assignments::evaluation_id.eq(evaluation))
                .filter(assignments::user_id.eq(reviewer))
                .filter(assignments::bid_id.eq(bids::id)),
        ));
    }
    Ok(query.load(c)?)
}

/// One reviewer's own sheets on these subjects.
pub fn own_sheets(
    c: &mut Conn,
    evaluation: EvaluationId,
    reviewer: UserId,
    subjects: Vec<i64>,
) -> Result<Vec<(i64, OwnSheet)>> {
    Ok(score_sheets::table
        .filter(score_sheets::evaluation_id.eq(evaluation))
        .filter(score_sheets::reviewer_id.eq(reviewer))
        .filter(score_sheets::subject_id.eq_any(subjects))
        .select((
            score_sheets::subject_id,
            (
                score_sheets::id,
                score_sheets::state,
                score_sheets::total,
                score_sheets::on_paper,
            ),
        ))
        .load(c)?)
}

/// The bids of those of these sheets that are this reviewer's.
pub fn bids_of_own(c: &mut Conn, reviewer: UserId, sheets: Vec<SheetId>) -> Result<Vec<BidId>> {
    let subjects: Vec<i64> = score_sheets::table
        .filter(score_sheets::id.eq_any(sheets))
        .filter(score_sheets::reviewer_id.eq(reviewer))
        .select(score_sheets::subject_id)
        .load(c)?;
    Ok(subjects.into_iter().map(BidId).collect())
}

/// Those of these bids that were assigned to this reviewer.
pub fn assigned_among(
    c: &mut Conn,
    evaluation: EvaluationId,
    reviewer: UserId,
    among: Vec<BidId>,
) -> Result<Vec<BidId>> {
    Ok(assignments::table
        .filter(assignments::evaluation_id.eq(evaluation))
        .filter(assignments::user_id.eq(reviewer))
        .filter(assignments::bid_id.eq_any(among))
        .select(assignments::bid_id)
        .load(c)?)
}

pub fn topic_of(c: &mut Conn, bid: BidId) -> Result<Option<TopicId>> {
    let topic: Option<Option<TopicId>> = bids::table
        .find(bid)
        .select(bids::topic_id)
        .first(c)
        .optional()?;
    Ok(topic.flatten())
}

/// Bids of a round that were found void after their opening.
pub fn void_bids(c: &mut Conn, round: RoundId) -> Result<Vec<BidId>> {
    Ok(bids::table
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(BidState::Void))
        .select(bids::id)
        .load(c)?)
}

/// How many opened bids of a topic there are up to this one.
pub fn opened_up_to(c: &mut Conn, topic: TopicId, bid: BidId) -> Result<i64> {
    Ok(bids::table
        .filter(bids::topic_id.eq(topic))
        .filter(bids::state.eq(BidState::Opened))
        .filter(bids::id.le(bid))
        .count()
        .get_result(c)?)
}

/// Of whom things are counted: one reviewer, or all of them. A range, so that an index gives the groups in their order.
#[derive(Debug, Clone, Copy)]
pub struct Whose(UserId, UserId);

impl Whose {
    pub const EVERYBODYS: Self = Self(UserId(0), UserId(i64::MAX));

    pub fn of(reviewer: UserId) -> Self {
        Self(reviewer, reviewer)
    }
}

/// How many bids were assigned to each of these reviewers, by topic, less those that are void.
pub fn assigned_by_topic(
    c: &mut Conn,
    evaluation: EvaluationId,
    whose: Whose,
    void: &[BidId],
) -> Result<Vec<(UserId, Option<TopicId>, i64)>> {
    Ok(assignments::table
        .filter(assignments::evaluation_id.eq(evaluation))
        .filter(assignments::user_id.between(whose.0, whose.1))
        .filter(assignments::bid_id.ne_all(void.to_vec()))
        .group_by((assignments::user_id, assignments::topic_id))
        .select((assignments::user_id, assignments::topic_id, count_star()))
        .load(c)?)
}

/// How many bids of a topic up to this one were assigned to a reviewer, less those that are void.
pub fn assigned_up_to(
    c: &mut Conn,
    evaluation: EvaluationId,
    reviewer: UserId,
    (topic, bid): (TopicId, BidId),
    void: &[BidId],
) -> Result<i64> {
    Ok(assignments::table
        .filter(assignments::evaluation_id.eq(evaluation))
        .filter(assignments::user_id.eq(reviewer))
        .filter(assignments::topic_id.eq(topic))
        .filter(assignments::bid_id.le(bid))
        .filter(assignments::bid_id.ne_all(void.to_vec()))
        .count()
        .get_result(c)?)
}

/// So many sheets of a reviewer in a topic are in this state, entered from paper or not.
pub type Counted = (UserId, Option<TopicId>, SheetState, bool, i64);

/// What these reviewers have done, by topic, less sheets on void bids; `assigned`: only on bids assigned to them.
pub fn done_by_topic(
    c: &mut Conn,
    evaluation: EvaluationId,
    whose: Whose,
    void: &[BidId],
    assigned: bool,
) -> Result<Vec<Counted>> {
    let void: Vec<i64> = void.iter().map(|bid| bid.0).collect();
    let theirs = assignments::table
        .filter(assignments::evaluation_id.eq(evaluation))
        .filter(assignments::user_id.eq(score_sheets::reviewer_id))
        .filter(assignments::bid_id.eq(score_sheets::subject_id));
    Ok(score_sheets::table
        .filter(score_sheets::evaluation_id.eq(evaluation))
        .filter(score_sheets::reviewer_id.between(whose.0, whose.1))
        .filter(score_sheets::subject_id.ne_all(void))
        .filter((!assigned).into_sql::<Bool>().or(exists(theirs)))
        .group_by((
            score_sheets::reviewer_id,
            score_sheets::topic_id,
            score_sheets::state,
            score_sheets::on_paper,
        ))
        .select((
            score_sheets::reviewer_id,
            score_sheets::topic_id,
            score_sheets::state,
            score_sheets::on_paper,
            count_star(),
        ))
        .load(c)?)
}

/// Whose sheets on a bid count, and how many there must be.
#[derive(Debug, Clone)]
pub struct ShortOf {
    pub evaluation: EvaluationId,
    pub topic: TopicId,
    pub reviewers: Vec<UserId>,
    /// Only sheets on bids that were assigned to their reviewers.
    pub divided: bool,
    pub needed: i64,
}

/// So many of a topic's opened bids on which fewer sheets are handed in, the last one first: reviewers begin at the top.
pub fn short_bids(c: &mut Conn, of: ShortOf, limit: i64) -> Result<Vec<BidId>> {
    let theirs = assignments::table
        .filter(assignments::evaluation_id.eq(of.evaluation))
        .filter(assignments::user_id.eq(score_sheets::reviewer_id))
        .filter(assignments::bid_id.eq(score_sheets::subject_id));
    let counted = score_sheets::table
        .filter(score_sheets::evaluation_id.eq(of.evaluation))
        .filter(score_sheets::subject_id.eq(bids::id))
        .filter(score_sheets::reviewer_id.eq_any(of.reviewers))
        .filter(score_sheets::state.ne(SheetState::Draft))
        .filter((!of.divided).into_sql::<Bool>().or(exists(theirs)))
        .select(count_star())
        .single_value();
    Ok(bids::table
        .filter(bids::topic_id.eq(of.topic))
        .filter(bids::state.eq(BidState::Opened))
        .filter(counted.lt(of.needed))
        .order(bids::id.desc())
        .limit(limit)
        .select(bids::id)
        .load(c)?)
}

/// Who has handed in a sheet on which of these subjects.
pub fn handed_in_on(
    c: &mut Conn,
    evaluation: EvaluationId,
    subjects: &[BidId],
) -> Result<Vec<(i64, UserId)>> {
    let subjects: Vec<i64> = subjects.iter().map(|bid| bid.0).collect();
    Ok(score_sheets::table
        .filter(score_sheets::evaluation_id.eq(evaluation))
        .filter(score_sheets::subject_id.eq_any(subjects))
        .filter(score_sheets::state.ne(SheetState::Draft))
        .select((score_sheets::subject_id, score_sheets::reviewer_id))
        .load(c)?)
}

/// To whom these bids were assigned.
pub fn assigned_pairs(
    c: &mut Conn,
    evaluation: EvaluationId,
    bids: &[BidId],
) -> Result<Vec<(i64, UserId)>> {
    Ok(assignments::table
        .filter(assignments::evaluation_id.eq(evaluation))
        .filter(assignments::bid_id.eq_any(bids.to_vec()))
        .select((assignments::bid_id, assignments::user_id))
        .load(c)?)
}
