//! Queries of joint bids.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::JointState;
use crate::bids::{BidState, Named, called};
use crate::clock::Instant;
use crate::db::schema::{bids, merger_bids, mergers, organizations, rounds, topics};
use crate::db::{Conn, MultiBackend, changed};
use crate::error::Result;
use crate::failed::rules::JointAnswer;
use crate::ids::{BidId, JointId, OrganizationId, RoundId, TopicId, UserId};
use crate::rounds::RoundState;
use crate::todo::MOST;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = mergers)]
#[schema(as = JointRow)]
pub struct Joint {
    pub id: JointId,
    pub round_id: RoundId,
    pub lead_bid_id: BidId,
    /// 联合方案.
    pub statement: String,
    /// Why the office proposed it.
    pub reason: String,
    /// SHA-256 over what is agreed to: round, lead, every bid with its own digest, the statement.
    pub digest: String,
    pub state: JointState,
    /// Why it came to nothing.
    pub ended_reason: Option<String>,
    #[serde(skip)]
    pub proposed_by: UserId,
    pub proposed_at: Instant,
    pub ended_at: Option<Instant>,
    pub version: i64,
}

/// One of those that are to go on as one, the lead among them.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
#[schema(as = JointMemberRow)]
pub struct Member {
    #[serde(skip)]
    pub merger_id: JointId,
    pub bid_id: BidId,
    /// Where it was handed in.
    #[serde(skip)]
    pub topic_id: TopicId,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub title: Option<String>,
    #[serde(skip)]
    pub digest: Option<String>,
    pub answer: Option<JointAnswer>,
    /// Of whoever declined.
    pub reason: Option<String>,
    pub answered_at: Option<Instant>,
}

pub fn insert(c: &mut Conn, row: &Joint) -> Result<()> {
    diesel::insert_into(mergers::table).values(row).execute(c)?;
    Ok(())
}

pub fn insert_member(c: &mut Conn, joint: JointId, bid: BidId, topic: TopicId) -> Result<()> {
    diesel::insert_into(merger_bids::table)
        .values((
            merger_bids::merger_id.eq(joint),
            merger_bids::bid_id.eq(bid),
            merger_bids::topic_id.eq(topic),
        ))
        .execute(c)?;
    Ok(())
}

pub fn find(c: &mut Conn, id: JointId) -> Result<Joint> {
    Ok(mergers::table
        .find(id)
        .select(Joint::as_select())
        .first(c)?)
}

/// The members of these, each joint's lead not told apart, by bid.
pub fn members(c: &mut Conn, of: &[JointId]) -> Result<Vec<Member>> {
    Ok(merger_bids::table
        .inner_join(bids::table.inner_join(organizations::table))
        .filter(merger_bids::merger_id.eq_any(of.to_vec()))
        .order((merger_bids::merger_id, merger_bids::bid_id))
        .select((
            merger_bids::merger_id,
            merger_bids::bid_id,
            merger_bids::topic_id,
            bids::organization_id,
            organizations::short_name,
            bids::title,
            bids::digest,
            merger_bids::answer,
            merger_bids::reason,
            merger_bids::answered_at,
        ))
        .load(c)?)
}

/// Joint bids of a round, the newest first; only those of these organizations' bids, if given.
pub fn of_round(
    c: &mut Conn,
    round: RoundId,
    own: Option<Vec<OrganizationId>>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Joint>> {
    let mut query = mergers::table
        .filter(mergers::round_id.eq(round))
        .order(mergers::id.desc())
        .limit(limit)
        .select(Joint::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(before) = before {
        query = query.filter(mergers::id.lt(JointId(before)));
    }
    if let Some(own) = own {
        query = query.filter(
            mergers::id.eq_any(
                merger_bids::table
                    .inner_join(bids::table)
                    .filter(bids::organization_id.eq_any(own))
                    .select(merger_bids::merger_id),
            ),
        );
    }
    Ok(query.load(c)?)
}

/// Which of these bids are asked about or joined.
pub fn taken(c: &mut Conn, of: &[BidId]) -> Result<Vec<BidId>> {
    Ok(merger_bids::table
        .inner_join(mergers::table)
        .filter(merger_bids::bid_id.eq_any(of.to_vec()))
        .filter(mergers::state.eq_any([JointState::Asked, JointState::Merged]))
        .select(merger_bids::bid_id)
        .load(c)?)
}

/// What this bid is asked about or has joined, or else was last.
pub fn of_bid(c: &mut Conn, bid: BidId) -> Result<Option<Joint>> {
    let found: Vec<Joint> = mergers::table
        .inner_join(merger_bids::table)
        .filter(merger_bids::bid_id.eq(bid))
        .order((mergers::proposed_at.desc(), mergers::id.desc()))
        .limit(20)
        .select(Joint::as_select())
        .load(c)?;
    let live = |one: &&Joint| matches!(one.state, JointState::Asked | JointState::Merged);
    Ok(found.iter().find(live).or(found.first()).cloned())
}

/// Proposals of the round that wait for answers.
pub fn asked_in(c: &mut Conn, round: RoundId) -> Result<i64> {
    Ok(mergers::table
        .filter(mergers::round_id.eq(round))
        .filter(mergers::state.eq(JointState::Asked))
        .count()
        .get_result(c)?)
}

/// What these organizations are asked and have not answered, in rounds not yet scored.
pub fn waiting(
    c: &mut Conn,
    own: Vec<OrganizationId>,
) -> Result<Vec<(JointId, Option<String>, String)>> {
    Ok(merger_bids::table
        .inner_join(mergers::table.inner_join(rounds::table))
        .inner_join(bids::table)
        .filter(bids::organization_id.eq_any(own))
        .filter(merger_bids::answer.is_null())
        .filter(mergers::state.eq(JointState::Asked))
        .filter(rounds::state.eq(RoundState::Opened))
        .order((mergers::proposed_at, mergers::id))
        .limit(MOST)
        .select((mergers::id, bids::title, rounds::title))
        .load(c)?)
}

pub fn put_answer(
    c: &mut Conn,
    joint: JointId,
    bid: BidId,
    answer: JointAnswer,
    reason: Option<&str>,
    by: Option<UserId>,
    now: Instant,
) -> Result<()> {
    let rows = diesel::update(
        merger_bids::table
            .find((joint, bid))
            .filter(merger_bids::answer.is_null()),
    )
    .set((
        merger_bids::answer.eq(Some(answer)),
        merger_bids::reason.eq(reason),
        merger_bids::answered_by.eq(by),
        merger_bids::answered_at.eq(Some(now)),
    ))
    .execute(c)?;
    changed(rows)
}

/// All are asked anew.
pub fn forget_answers(c: &mut Conn, joint: JointId) -> Result<()> {
    diesel::update(merger_bids::table.filter(merger_bids::merger_id.eq(joint)))
        .set((
            merger_bids::answer.eq(None::<JointAnswer>),
            merger_bids::reason.eq(None::<String>),
            merger_bids::answered_by.eq(None::<UserId>),
            merger_bids::answered_at.eq(None::<Instant>),
        ))
        .execute(c)?;
    Ok(())
}

/// Writes statement, digest, state and end if nobody was faster.
pub fn update(c: &mut Conn, row: &Joint) -> Result<()> {
    let rows = diesel::update(
        mergers::table
            .find(row.id)
            .filter(mergers::version.eq(row.version)),
    )
    .set((
        mergers::statement.eq(&row.statement),
        mergers::digest.eq(&row.digest),
        mergers::state.eq(row.state),
        mergers::ended_reason.eq(&row.ended_reason),
        mergers::ended_at.eq(row.ended_at),
        mergers::version.eq(row.version + 1),
    ))
    .execute(c)?;
    changed(rows)
}

/// An opened bid that may be chosen.
#[derive(Debug, Clone, Queryable)]
pub struct Choice {
    pub bid_id: BidId,
    pub named: Named,
    pub topic: String,
}

/// Opened bids of a round that may be chosen: those named, and so many of those whose title or organization holds the
/// word, by age.
pub fn choices(
    c: &mut Conn,
    round: RoundId,
    named: &[BidId],
    word: &str,
    limit: i64,
) -> Result<Vec<Choice>> {
    let mut found = match named.is_empty() {
        true => Vec::new(),
        false => choice(c, round, Some(named), "", limit)?,
    };
    let others = choice(c, round, None, word, limit)?;
    let new = |one: &Choice| !named.contains(&one.bid_id);
    found.extend(others.into_iter().filter(new));
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

fn choice(
    c: &mut Conn,
    round: RoundId,
    named: Option<&[BidId]>,
    word: &str,
    limit: i64,
) -> Result<Vec<Choice>> {
    let taken = merger_bids::table
        .inner_join(mergers::table)
        .filter(merger_bids::bid_id.eq(bids::id))
        .filter(mergers::state.eq_any([JointState::Asked, JointState::Merged]));
    let mut query = bids::table
        .inner_join(organizations::table)
        .inner_join(topics::table)
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(BidState::Opened))
        .filter(topics::failed.eq(false))
        .filter(not(exists(taken)))
        .order(bids::id)
        .limit(limit)
        .select((
            bids::id,
            (bids::title, organizations::short_name),
            topics::title,
        ))
        .into_boxed::<MultiBackend>();
    if let Some(named) = named {
        query = query.filter(bids::id.eq_any(named.to_vec()));
    }
    if !word.is_empty() {
        query = query.filter(called(word));
    }
    Ok(query.load(c)?)
}
