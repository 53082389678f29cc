//! Queries of rounds, topics, amendments, openings and announcements.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{AnnouncementKind, Lane, RoundState};
use crate::clock::Instant;
use crate::db::schema::{announcements, openings, rounds, schedule_amendments, topics};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{
    AmendmentId, AnnouncementId, OpeningId, OrganizationId, RoundId, TopicId, UserId,
};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = rounds)]
pub struct Round {
    pub id: RoundId,
    pub committee_id: OrganizationId,
    pub year: i64,
    pub title: String,
    pub guide: String,
    pub state: RoundState,
    pub opens_at: Instant,
    pub deadline: Instant,
    pub opening_at: Instant,
    pub publicity_days: i64,
    pub contract_days: i64,
    pub onsite_weight: i64,
    pub questionnaire_weight: i64,
    pub appraisal_weight: i64,
    pub process_weight: i64,
    pub bid_count: i64,
    pub published_at: Option<Instant>,
    pub opened_at: Option<Instant>,
    pub publicity_from: Option<NaiveDate>,
    pub publicity_until: Option<NaiveDate>,
    pub concluded_at: Option<Instant>,
    pub cancel_reason: Option<String>,
    pub turn: i64,
    pub version: i64,
    pub created_by: UserId,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl Round {
    /// The state at an instant: the clock closes a round at its deadline, whatever the row says.
    pub fn state_at(&self, now: Instant) -> RoundState {
        super::rules::state_at(self.state, self.deadline, now)
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = topics)]
pub struct Topic {
    pub id: TopicId,
    pub round_id: RoundId,
    pub position: i64,
    pub lane: Lane,
    pub title: String,
    pub requirements: String,
    pub quota: i64,
    /// 分.
    pub budget_ceiling: Option<i64>,
    pub minimum_bids: i64,
    pub failed: bool,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schedule_amendments)]
pub struct Amendment {
    pub id: AmendmentId,
    pub round_id: RoundId,
    pub at: Instant,
    pub actor_id: UserId,
    pub old_deadline: Instant,
    pub new_deadline: Instant,
    pub old_opening_at: Instant,
    pub new_opening_at: Instant,
    pub reason: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = openings)]
pub struct Opening {
    pub id: OpeningId,
    pub round_id: RoundId,
    pub opened_by: UserId,
    pub witness_id: UserId,
    pub opened_at: Instant,
    pub attendance: String,
    pub minute: String,
    pub checked: i64,
    pub broken: i64,
    pub audit_head: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = announcements)]
pub struct Announcement {
    pub id: AnnouncementId,
    pub committee_id: OrganizationId,
    pub round_id: Option<RoundId>,
    pub kind: AnnouncementKind,
    pub title: String,
    pub body: String,
    pub posted_at: Instant,
    pub ends_on: Option<NaiveDate>,
}

pub fn find(c: &mut Conn, id: RoundId) -> Result<Round> {
    Ok(rounds::table.find(id).select(Round::as_select()).first(c)?)
}

/// The UPDATE that orders writers of one round; then the row as it is.
pub fn turn(c: &mut Conn, id: RoundId) -> Result<Round> {
    Ok(diesel::update(rounds::table.find(id))
        .set(rounds::turn.eq(rounds::turn + 1))
        .returning(rounds::all_columns)
        .get_result(c)?)
}

/// Moves to the next state if nobody was faster; answers the new version.
pub fn advance(c: &mut Conn, round: &Round, to: RoundState, now: Instant) -> Result<i64> {
    let rows = diesel::update(
        rounds::table
            .find(round.id)
            .filter(rounds::version.eq(round.version)),
    )
    .set((
        rounds::state.eq(to),
        rounds::version.eq(round.version + 1),
        rounds::updated_at.eq(now),
    ))
    .execute(c)?;
    changed(rows)?;
    Ok(round.version + 1)
}

pub fn topics(c: &mut Conn, round: RoundId) -> Result<Vec<Topic>> {
    Ok(topics::table
        .filter(topics::round_id.eq(round))
        .order(topics::position)
        .select(Topic::as_select())
        .load(c)?)
}

pub fn insert_announcement(c: &mut Conn, row: &Announcement) -> Result<()> {
    diesel::insert_into(announcements::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn unopened(c: &mut Conn, ids: &[RoundId]) -> Result<Vec<RoundId>> {
    Ok(rounds::table
        .filter(rounds::id.eq_any(ids.to_vec()))
        .filter(rounds::opened_at.is_null())
        .select(rounds::id)
        .load(c)?)
}

pub fn fail_topics(c: &mut Conn, ids: &[TopicId]) -> Result<()> {
    diesel::update(topics::table.filter(topics::id.eq_any(ids.to_vec())))
        .set(topics::failed.eq(true))
        .execute(c)?;
    Ok(())
}

pub fn start_publicity(
    c: &mut Conn,
    round: &Round,
    from: NaiveDate,
    until: NaiveDate,
    now: Instant,
) -> Result<i64> {
    let rows = diesel::update(
        rounds::table
            .find(round.id)
            .filter(rounds::version.eq(round.version)),
    )
    .set((
        rounds::state.eq(RoundState::Publicized),
        rounds::publicity_from.eq(Some(from)),
        rounds::publicity_until.eq(Some(until)),
        rounds::version.eq(round.version + 1),
        rounds::updated_at.eq(now),
    ))
    .execute(c)?;
    changed(rows)?;
    Ok(round.version + 1)
}

pub fn conclude(c: &mut Conn, round: &Round, now: Instant) -> Result<i64> {
    let rows = diesel::update(
        rounds::table
            .find(round.id)
            .filter(rounds::version.eq(round.version)),
    )
    .set((
        rounds::state.eq(RoundState::Concluded),
        rounds::concluded_at.eq(Some(now)),
        rounds::version.eq(round.version + 1),
        rounds::updated_at.eq(now),
    ))
    .execute(c)?;
    changed(rows)?;
    Ok(round.version + 1)
}
