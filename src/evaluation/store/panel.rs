//! Queries of panel members and recusals.

use diesel::prelude::*;

use super::Evaluation;
use crate::bids::BidState;
use crate::bids::blind::{COVER, Mask};
use crate::clock::Instant;
use crate::db::schema::{bids, evaluations, organizations, panel_members, recusals, rounds, users};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::evaluation::{EvaluationState, RecusalCause, Seat};
use crate::ids::{
    BidId, EvaluationId, OrganizationId, PanelMemberId, RecusalId, RoundId, TopicId, UserId,
};
use crate::rounds::RoundState;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = panel_members)]
pub struct PanelMember {
    pub id: PanelMemberId,
    pub evaluation_id: EvaluationId,
    pub user_id: UserId,
    pub seat: Seat,
    /// R1, R2 …: stable, also when somebody leaves.
    pub alias: String,
    pub undertaking_at: Option<Instant>,
    pub removed_at: Option<Instant>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = recusals)]
pub struct Recusal {
    pub id: RecusalId,
    pub evaluation_id: EvaluationId,
    pub topic_id: TopicId,
    pub user_id: UserId,
    pub cause: RecusalCause,
    pub reason: String,
    pub at: Instant,
    /// Lifted by two people: counts no more.
    pub lifted_at: Option<Instant>,
}

/// Somebody with where they belong.
#[derive(Debug, Clone, Queryable)]
pub struct Reviewer {
    pub user_id: UserId,
    pub name: String,
    pub post: String,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub path: String,
}

fn number(alias: &str) -> i64 {
    alias.trim_start_matches('R').parse().unwrap_or(i64::MAX)
}

/// The members now, R1 first.
pub fn panel(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<PanelMember>> {
    let mut rows = all_members(c, evaluation)?;
    rows.retain(|row| row.removed_at.is_none());
    Ok(rows)
}

/// The members now and those who left.
pub fn all_members(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<PanelMember>> {
    let mut rows: Vec<PanelMember> = panel_members::table
        .filter(panel_members::evaluation_id.eq(evaluation))
        .select(PanelMember::as_select())
        .load(c)?;
    rows.sort_by_key(|row| number(&row.alias));
    Ok(rows)
}

pub fn seat(c: &mut Conn, evaluation: EvaluationId, user: UserId) -> Result<Option<PanelMember>> {
    Ok(panel_members::table
        .filter(panel_members::evaluation_id.eq(evaluation))
        .filter(panel_members::user_id.eq(user))
        .filter(panel_members::removed_at.is_null())
        .select(PanelMember::as_select())
        .first(c)
        .optional()?)
}

pub fn seat_in_round(c: &mut Conn, round: RoundId, user: UserId) -> Result<Option<PanelMember>> {
    Ok(panel_members::table
        .inner_join(evaluations::table)
        .filter(evaluations::round_id.eq(round))
        .filter(panel_members::user_id.eq(user))
        .filter(panel_members::removed_at.is_null())
        .select(PanelMember::as_select())
        .first(c)
        .optional()?)
}

/// Whether this person sits on the panel of a blind round that is not locked.
pub fn seat_is_blind(c: &mut Conn, round: RoundId, user: UserId) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(
        panel_members::table
            .inner_join(evaluations::table)
            .filter(evaluations::round_id.eq(round))
            .filter(evaluations::blind.eq(true))
            .filter(evaluations::state.ne(EvaluationState::Locked))
            .filter(panel_members::user_id.eq(user))
            .filter(panel_members::removed_at.is_null()),
    ))
    .get_result(c)?)
}

/// Names and organizations of these people.
pub fn people(c: &mut Conn, ids: Vec<UserId>) -> Result<Vec<Reviewer>> {
    Ok(users::table
        .inner_join(organizations::table)
        .filter(users::id.eq_any(ids))
        .select((
            users::id,
            users::name,
            users::post,
            organizations::id,
            organizations::short_name,
            organizations::path,
        ))
        .load(c)?)
}

pub fn insert_member(c: &mut Conn, row: &PanelMember) -> Result<()> {
    diesel::insert_into(panel_members::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn remove_member(c: &mut Conn, id: PanelMemberId, at: Instant) -> Result<()> {
    let rows = diesel::update(panel_members::table.find(id))
        .set(panel_members::removed_at.eq(Some(at)))
        .execute(c)?;
    changed(rows)
}

/// Seats somebody again who left, or in another seat.
pub fn set_seat(c: &mut Conn, id: PanelMemberId, seat: Seat) -> Result<()> {
    let rows = diesel::update(panel_members::table.find(id))
        .set((
            panel_members::seat.eq(seat),
            panel_members::removed_at.eq(None::<Instant>),
        ))
        .execute(c)?;
    changed(rows)
}

pub fn sign_undertaking(c: &mut Conn, id: PanelMemberId, at: Instant) -> Result<()> {
    let rows = diesel::update(
        panel_members::table
            .find(id)
            .filter(panel_members::undertaking_at.is_null()),
    )
    .set(panel_members::undertaking_at.eq(Some(at)))
    .execute(c)?;
    changed(rows)
}

/// Recusals that stand.
pub fn recusals(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<Recusal>> {
    Ok(recusals::table
        .filter(recusals::evaluation_id.eq(evaluation))
        .filter(recusals::lifted_at.is_null())
        .order((recusals::topic_id, recusals::id))
        .select(Recusal::as_select())
        .load(c)?)
}

pub fn recused_topics(c: &mut Conn, round: RoundId, user: UserId) -> Result<Vec<TopicId>> {
    Ok(recusals::table
        .inner_join(evaluations::table)
        .filter(evaluations::round_id.eq(round))
        .filter(recusals::user_id.eq(user))
        .filter(recusals::lifted_at.is_null())
        .select(recusals::topic_id)
        .load(c)?)
}

pub fn is_recused(
    c: &mut Conn,
    evaluation: EvaluationId,
    user: UserId,
    topic: TopicId,
) -> Result<bool> {
    Ok(diesel::select(diesel::dsl::exists(
        recusals::table
            .filter(recusals::evaluation_id.eq(evaluation))
            .filter(recusals::user_id.eq(user))
            .filter(recusals::topic_id.eq(topic))
            .filter(recusals::lifted_at.is_null()),
    ))
    .get_result(c)?)
}

pub fn insert_recusal(c: &mut Conn, row: &Recusal) -> Result<()> {
    diesel::insert_into(recusals::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// A bid as the panel's work needs it: nothing of its content.
#[derive(Debug, Clone, Queryable)]
pub struct BidLine {
    pub id: BidId,
    pub topic_id: Option<TopicId>,
    pub title: Option<String>,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub path: String,
    pub full_name: String,
    pub leader: Option<String>,
}

impl BidLine {
    /// The same without names.
    pub fn covered(mut self) -> Self {
        let names = [self.full_name, self.organization].into_iter();
        let mask = Mask::new(names.chain(self.leader.take()));
        self.title = self.title.as_deref().map(|title| mask.text(title));
        self.organization = COVER.to_owned();
        self.full_name = COVER.to_owned();
        self
    }
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
            bids::title,
            organizations::id,
            organizations::short_name,
            organizations::path,
            organizations::name,
            bids::leader_name,
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
            bids::title,
            organizations::id,
            organizations::short_name,
            organizations::path,
            organizations::name,
            bids::leader_name,
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
