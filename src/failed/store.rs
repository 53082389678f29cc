//! Queries of failed topics and their joint bids.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{FailedDecision, JointAnswer};
use crate::bids::BidState;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{bids, failed_topics, joint_bids, organizations, rounds, topics};
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, TopicId, UserId};
use crate::people;
use crate::rounds::RoundState;
use crate::todo::MOST;

/// Why a topic failed and what was decided on it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = failed_topics)]
pub struct FailedTopic {
    #[serde(skip)]
    pub topic_id: TopicId,
    #[serde(skip)]
    pub round_id: RoundId,
    pub failed_at: Instant,
    /// Organizations that had a valid bid on it.
    pub valid_bids: i64,
    pub decision: Option<FailedDecision>,
    /// Why it was decided so.
    pub reason: Option<String>,
    #[serde(skip)]
    pub decided_by: Option<UserId>,
    pub decided_at: Option<Instant>,
    /// The supplementary round (补充招标) it goes into.
    pub next_round_id: Option<RoundId>,
    /// The bid a joint project is built on.
    pub joint_lead_id: Option<BidId>,
    /// When all who were asked had answered and two or more agreed.
    pub agreed_at: Option<Instant>,
    /// The committee secretary, who decided that the joint project goes on.
    #[serde(skip)]
    pub awarded_by: Option<UserId>,
    pub awarded_at: Option<Instant>,
    /// Of the 党委会 that decided it.
    pub minute_number: Option<String>,
    pub minute_date: Option<NaiveDate>,
    /// Last day of its publicity.
    pub publicity_until: Option<NaiveDate>,
}

impl FailedTopic {
    /// Nothing is decided on it any more: the joint project came to nothing.
    pub fn undo(&mut self) {
        self.decision = None;
        self.reason = None;
        self.decided_by = None;
        self.decided_at = None;
        self.joint_lead_id = None;
        self.agreed_at = None;
    }
}

/// Fails a topic, in both places.
pub fn fail(c: &mut Conn, row: &FailedTopic) -> Result<()> {
    diesel::insert_into(failed_topics::table)
        .values(row)
        .execute(c)?;
    diesel::update(topics::table.find(row.topic_id))
        .set(topics::failed.eq(true))
        .execute(c)?;
    Ok(())
}

pub fn of_round(c: &mut Conn, round: RoundId) -> Result<Vec<FailedTopic>> {
    Ok(failed_topics::table
        .filter(failed_topics::round_id.eq(round))
        .order(failed_topics::topic_id)
        .select(FailedTopic::as_select())
        .load(c)?)
}

pub fn find(c: &mut Conn, topic: TopicId) -> Result<FailedTopic> {
    Ok(failed_topics::table
        .find(topic)
        .select(FailedTopic::as_select())
        .first(c)?)
}

/// Of the given rounds those with a failed topic nobody has decided on.
pub fn undecided_rounds(c: &mut Conn, rounds: Vec<RoundId>) -> Result<Vec<(RoundId, i64)>> {
    Ok(failed_topics::table
        .filter(failed_topics::round_id.eq_any(rounds))
        .filter(failed_topics::decision.is_null())
        .group_by(failed_topics::round_id)
        .select((failed_topics::round_id, diesel::dsl::count_star()))
        .load(c)?)
}

/// Rounds under these paths with failed topics nobody has decided on, and how many; the first opened first.
pub fn waiting(c: &mut Conn, paths: &[String]) -> Result<Vec<(RoundId, String, i64)>> {
    Ok(failed_topics::table
        .inner_join(rounds::table.on(rounds::id.eq(failed_topics::round_id)))
        .inner_join(organizations::table.on(organizations::id.eq(rounds::committee_id)))
        .filter(failed_topics::decision.is_null())
        .filter(rounds::state.ne_all([RoundState::Concluded, RoundState::Cancelled]))
        .filter(people::below(paths))
        .group_by((rounds::id, rounds::title, rounds::opening_at))
        .order((rounds::opening_at, rounds::id))
        .limit(MOST)
        .select((rounds::id, rounds::title, diesel::dsl::count_star()))
        .load(c)?)
}

/// Writes all that a decision or its consequences change.
pub fn update(c: &mut Conn, row: &FailedTopic) -> Result<()> {
    diesel::update(failed_topics::table.find(row.topic_id))
        .set((
            failed_topics::decision.eq(row.decision),
            failed_topics::reason.eq(&row.reason),
            failed_topics::decided_by.eq(row.decided_by),
            failed_topics::decided_at.eq(row.decided_at),
            failed_topics::next_round_id.eq(row.next_round_id),
            failed_topics::joint_lead_id.eq(row.joint_lead_id),
            failed_topics::agreed_at.eq(row.agreed_at),
            failed_topics::awarded_by.eq(row.awarded_by),
            failed_topics::awarded_at.eq(row.awarded_at),
            failed_topics::minute_number.eq(&row.minute_number),
            failed_topics::minute_date.eq(row.minute_date),
            failed_topics::publicity_until.eq(row.publicity_until),
        ))
        .execute(c)?;
    Ok(())
}

/// Bids that lead a joint project the party committee has decided on, and stand.
pub fn awarded_leads(c: &mut Conn, round: RoundId) -> Result<Vec<BidId>> {
    Ok(failed_topics::table
        .inner_join(bids::table.on(failed_topics::joint_lead_id.eq(bids::id.nullable())))
        .filter(failed_topics::round_id.eq(round))
        .filter(failed_topics::awarded_at.is_not_null())
        .filter(bids::state.eq(BidState::Opened))
        .order(bids::id)
        .select(bids::id)
        .load(c)?)
}

/// Rounds of these committees with an agreed joint project that waits for the secretary's decision, with its topic.
pub fn to_award(c: &mut Conn, paths: &[String]) -> Result<Vec<(RoundId, String)>> {
    Ok(failed_topics::table
        .inner_join(topics::table)
        .inner_join(rounds::table.on(rounds::id.eq(failed_topics::round_id)))
        .inner_join(organizations::table.on(organizations::id.eq(rounds::committee_id)))
        .filter(people::below(paths))
        .filter(rounds::state.ne_all([RoundState::Concluded, RoundState::Cancelled]))
        .filter(failed_topics::agreed_at.is_not_null())
        .filter(failed_topics::awarded_at.is_null())
        .order(failed_topics::topic_id)
        .limit(MOST)
        .select((failed_topics::round_id, topics::title))
        .load(c)?)
}

/// A bid asked to go on as part of a joint one (联合攻关).
#[derive(Debug, Clone, Queryable)]
pub struct JointBid {
    pub bid_id: BidId,
    pub topic_id: TopicId,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub title: Option<String>,
    pub state: BidState,
    pub answer: Option<JointAnswer>,
}

impl JointBid {
    /// Whose answer it is, too.
    pub fn answered(&self) -> (OrganizationId, Option<JointAnswer>) {
        (self.organization_id, self.counted())
    }

    /// The answer that counts: a bid found void goes on with nobody.
    pub fn counted(&self) -> Option<JointAnswer> {
        if self.state == BidState::Void {
            Some(JointAnswer::Declined)
        } else {
            self.answer
        }
    }
}

pub fn ask_bid(c: &mut Conn, bid: BidId, topic: TopicId) -> Result<()> {
    diesel::insert_into(joint_bids::table)
        .values((joint_bids::bid_id.eq(bid), joint_bids::topic_id.eq(topic)))
        .execute(c)?;
    Ok(())
}

pub fn forget_asked(c: &mut Conn, topic: TopicId) -> Result<()> {
    diesel::delete(joint_bids::table.filter(joint_bids::topic_id.eq(topic))).execute(c)?;
    Ok(())
}

/// Those asked about joint projects on these topics, the first submitted first.
pub fn joint_bids(c: &mut Conn, topics: Vec<TopicId>) -> Result<Vec<JointBid>> {
    Ok(joint_bids::table
        .inner_join(bids::table.inner_join(organizations::table))
        .filter(joint_bids::topic_id.eq_any(topics))
        .order((bids::submitted_at, bids::id))
        .select((
            joint_bids::bid_id,
            joint_bids::topic_id,
            bids::organization_id,
            organizations::short_name,
            bids::title,
            bids::state,
            joint_bids::answer,
        ))
        .load(c)?)
}

/// What these organizations are asked and have not answered: the bid, its round and title.
pub fn asked_of(
    c: &mut Conn,
    own: Vec<OrganizationId>,
) -> Result<Vec<(BidId, RoundId, Option<String>)>> {
    Ok(joint_bids::table
        .inner_join(bids::table)
        .filter(bids::organization_id.eq_any(own))
        .filter(joint_bids::answer.is_null())
        .order(bids::id)
        .limit(MOST)
        .select((bids::id, bids::round_id, bids::title))
        .load(c)?)
}

pub fn answer_joint(
    c: &mut Conn,
    bid: BidId,
    answer: JointAnswer,
    by: UserId,
    now: Instant,
) -> Result<usize> {
    Ok(diesel::update(
        joint_bids::table
            .find(bid)
            .filter(joint_bids::answer.is_null()),
    )
    .set((
        joint_bids::answer.eq(Some(answer)),
        joint_bids::answered_by.eq(Some(by)),
        joint_bids::answered_at.eq(Some(now)),
    ))
    .execute(c)?)
}
