//! Queries of rounds, topics, amendments and announcements.

mod announcements;
pub mod origins;
pub mod questions;

pub use announcements::*;

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Lane, RoundState};
use crate::clock::{self, Instant};
use crate::db::schema::{organizations, rounds, schedule_amendments, topics};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{AmendmentId, OrganizationId, RoundId, TopicId, UserId};
use crate::people;
use crate::todo::MOST;

/// As it is kept; what is shown beside it, see [`crate::desk::round`].
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema)]
#[diesel(table_name = rounds, treat_none_as_null = true)]
#[schema(as = RoundKept)]
pub struct Round {
    pub id: RoundId,
    pub committee_id: OrganizationId,
    pub year: i64,
    pub title: String,
    pub guide: String,
    #[serde(skip)]
    pub state: RoundState,
    pub opens_at: Instant,
    pub deadline: Instant,
    pub opening_at: Instant,
    /// Working days.
    pub publicity_days: i64,
    pub contract_days: i64,
    /// Bids an organization may submit in each lane.
    pub bids_per_lane: i64,
    #[serde(skip)]
    pub onsite_weight: i64,
    #[serde(skip)]
    pub questionnaire_weight: i64,
    #[serde(skip)]
    pub appraisal_weight: i64,
    #[serde(skip)]
    pub process_weight: i64,
    /// Bids submitted: all that is told of them before the opening.
    pub bid_count: i64,
    pub published_at: Option<Instant>,
    pub opened_at: Option<Instant>,
    pub publicity_from: Option<NaiveDate>,
    pub publicity_until: Option<NaiveDate>,
    pub concluded_at: Option<Instant>,
    pub cancel_reason: Option<String>,
    #[serde(skip)]
    pub turn: i64,
    pub version: i64,
    #[serde(skip)]
    pub created_by: UserId,
    #[serde(skip)]
    pub created_at: Instant,
    #[serde(skip)]
    pub updated_at: Instant,
}

impl Round {
    /// The state at an instant: the clock closes a round at its deadline, whatever the row says.
    pub fn state_at(&self, now: Instant) -> RoundState {
        super::rules::state_at(self.state, self.deadline, now)
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = topics)]
#[schema(as = TopicKept)]
pub struct Topic {
    pub id: TopicId,
    #[serde(skip)]
    pub round_id: RoundId,
    #[serde(skip)]
    pub position: i64,
    pub lane: Lane,
    pub title: String,
    pub requirements: String,
    pub quota: i64,
    /// 分.
    pub budget_ceiling: Option<i64>,
    pub minimum_bids: i64,
    /// Too few bids (流标).
    pub failed: bool,
}

/// A later schedule, with its reason.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = schedule_amendments)]
pub struct Amendment {
    #[serde(skip)]
    pub id: AmendmentId,
    #[serde(skip)]
    pub round_id: RoundId,
    pub at: Instant,
    #[serde(skip)]
    pub actor_id: UserId,
    pub old_deadline: Instant,
    pub new_deadline: Instant,
    pub old_opening_at: Instant,
    pub new_opening_at: Instant,
    pub reason: String,
}

/// A line of the list of rounds.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = rounds)]
pub struct RoundLine {
    pub id: RoundId,
    pub committee_id: OrganizationId,
    pub year: i64,
    pub title: String,
    /// At this instant: `sealed` once the deadline has passed.
    pub state: RoundState,
    pub opens_at: Instant,
    pub deadline: Instant,
    pub opening_at: Instant,
    /// Bids submitted: all that is told of them before the opening.
    pub bid_count: i64,
    #[serde(skip)]
    pub publicity_until: Option<NaiveDate>,
    pub version: i64,
}

/// The round itself, without asking who wants to see it.
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

/// Writes the row as it is to be, if nobody was faster; answers it with its new version. Whoever writes has the round's
/// turn, so that nothing of what is written is old.
pub fn update(c: &mut Conn, round: Round, now: Instant) -> Result<Round> {
    let was = round.version;
    let new = Round {
        version: was + 1,
        updated_at: now,
        ..round
    };
    let row = rounds::table.find(new.id).filter(rounds::version.eq(was));
    changed(diesel::update(row).set(&new).execute(c)?)?;
    Ok(new)
}

pub fn topics(c: &mut Conn, round: RoundId) -> Result<Vec<Topic>> {
    Ok(topics::table
        .filter(topics::round_id.eq(round))
        .order(topics::position)
        .select(Topic::as_select())
        .load(c)?)
}

/// One topic, whatever its round.
pub fn topic(c: &mut Conn, id: TopicId) -> Result<Topic> {
    Ok(topics::table.find(id).select(Topic::as_select()).first(c)?)
}

/// Rounds of a committee that were opened before this instant, oldest first.
pub fn opened_before(c: &mut Conn, committee: OrganizationId, at: Instant) -> Result<Vec<Round>> {
    Ok(rounds::table
        .filter(rounds::committee_id.eq(committee))
        .filter(rounds::opened_at.lt(at))
        .order(rounds::id)
        .select(Round::as_select())
        .load(c)?)
}

/// Those of the given rounds whose bids are not opened yet.
pub fn unopened(c: &mut Conn, ids: Vec<RoundId>) -> Result<HashSet<RoundId>> {
    let found: Vec<RoundId> = rounds::table
        .filter(rounds::id.eq_any(ids))
        .filter(rounds::opened_at.is_null())
        .select(rounds::id)
        .load(c)?;
    Ok(found.into_iter().collect())
}

/// Those of the given rounds whose result is not before the public.
pub fn unpublicized(c: &mut Conn, ids: Vec<RoundId>) -> Result<HashSet<RoundId>> {
    let found: Vec<RoundId> = rounds::table
        .filter(rounds::id.eq_any(ids))
        .filter(rounds::state.ne_all([RoundState::Publicized, RoundState::Concluded]))
        .select(rounds::id)
        .load(c)?;
    Ok(found.into_iter().collect())
}

pub fn insert(c: &mut Conn, round: &Round) -> Result<()> {
    diesel::insert_into(rounds::table)
        .values(round)
        .execute(c)?;
    Ok(())
}

pub fn insert_topic(c: &mut Conn, topic: &Topic) -> Result<()> {
    diesel::insert_into(topics::table)
        .values(topic)
        .execute(c)?;
    Ok(())
}

pub fn delete_topics(c: &mut Conn, round: RoundId) -> Result<()> {
    diesel::delete(topics::table.filter(topics::round_id.eq(round))).execute(c)?;
    Ok(())
}

/// Counts submitted bids up or down, in the transaction of the submission.
pub fn count_bids(c: &mut Conn, id: RoundId, by: i64) -> Result<()> {
    diesel::update(rounds::table.find(id))
        .set(rounds::bid_count.eq(rounds::bid_count + by))
        .execute(c)?;
    Ok(())
}

pub fn insert_amendment(c: &mut Conn, row: &Amendment) -> Result<()> {
    diesel::insert_into(schedule_amendments::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn amendments(c: &mut Conn, round: RoundId) -> Result<Vec<Amendment>> {
    Ok(schedule_amendments::table
        .filter(schedule_amendments::round_id.eq(round))
        .order(schedule_amendments::id)
        .select(Amendment::as_select())
        .load(c)?)
}

/// Whose rounds a list shows.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Under these paths all of them, drafts included.
    pub run: Vec<String>,
    /// Under these paths what is published.
    pub read: Vec<String>,
    /// Of these committees what is published.
    pub of: Vec<OrganizationId>,
}

#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// States at the instant of asking; all, if none is named.
    pub states: Vec<RoundState>,
    pub year: Option<i64>,
    pub before: Option<i64>,
    pub limit: i64,
    /// The next deadline first, not the newest round.
    pub soonest: bool,
}

/// Newest first unless told, each in its state at this instant.
pub fn list(c: &mut Conn, scope: &Scope, filter: &Filter, now: Instant) -> Result<Vec<RoundLine>> {
    let published = rounds::published_at.is_not_null();
    let mut query = rounds::table
        .inner_join(organizations::table)
        .select(RoundLine::as_select())
        .into_boxed::<crate::db::MultiBackend>()
        .filter(rounds::committee_id.eq_any(scope.of.clone()).and(published));
    for path in &scope.run {
        query = query.or_filter(organizations::path.like(format!("{path}%")));
    }
    for path in &scope.read {
        let under = organizations::path.like(format!("{path}%"));
        query = query.or_filter(under.and(published));
    }
    if !filter.states.is_empty() {
        let wants = |state| filter.states.contains(&state);
        let mut plain = filter.states.clone();
        plain.retain(|state| !matches!(state, RoundState::Open | RoundState::Sealed));
        // The clock seals: both lie stored as open.
        let open = rounds::state.eq(RoundState::Open);
        query = match (wants(RoundState::Open), wants(RoundState::Sealed)) {
            (true, true) => query.filter(rounds::state.eq_any(plain).or(open)),
            (true, false) => query.filter(
                rounds::state
                    .eq_any(plain)
                    .or(open.and(rounds::deadline.ge(now))),
            ),
            (false, true) => query.filter(
                rounds::state
                    .eq_any(plain)
                    .or(open.and(rounds::deadline.lt(now))),
            ),
            (false, false) => query.filter(rounds::state.eq_any(plain)),
        };
    }
    if let Some(year) = filter.year {
        query = query.filter(rounds::year.eq(year));
    }
    if let Some(before) = filter.before {
        query = query.filter(rounds::id.lt(RoundId(before)));
    }
    let query = if filter.soonest {
        query.order((rounds::deadline, rounds::id))
    } else {
        query.order(rounds::id.desc())
    };
    let mut lines = query.limit(filter.limit).load::<RoundLine>(c)?;
    for line in &mut lines {
        line.state = super::rules::state_at(line.state, line.deadline, now);
    }
    Ok(lines)
}

pub fn add_topic(c: &mut Conn, topic: &Topic) -> Result<()> {
    let last: Option<i64> = topics::table
        .filter(topics::round_id.eq(topic.round_id))
        .select(diesel::dsl::max(topics::position))
        .first(c)?;
    let topic = Topic {
        position: last.unwrap_or(0) + 1,
        ..topic.clone()
    };
    insert_topic(c, &topic)
}

/// These rounds, without asking who wants to see them.
pub fn find_all(c: &mut Conn, ids: Vec<RoundId>) -> Result<Vec<Round>> {
    Ok(rounds::table
        .filter(rounds::id.eq_any(ids))
        .select(Round::as_select())
        .load(c)?)
}

/// Of the given rounds those with a topic that has not failed: there is something to score.
pub fn standing(c: &mut Conn, rounds: Vec<RoundId>) -> Result<HashSet<RoundId>> {
    let found: Vec<RoundId> = topics::table
        .filter(topics::round_id.eq_any(rounds))
        .filter(topics::failed.eq(false))
        .select(topics::round_id)
        .distinct()
        .load(c)?;
    Ok(found.into_iter().collect())
}

/// Rounds under these paths whose next step is the office's: the first to be opened, then what has no date, longest there
/// first.
pub fn waiting_for_office(c: &mut Conn, paths: &[String], now: Instant) -> Result<Vec<RoundLine>> {
    let sealed = rounds::state
        .eq(RoundState::Open)
        .and(rounds::deadline.lt(now));
    let over = rounds::state.eq(RoundState::Publicized).and(
        rounds::publicity_until
            .lt(clock::local_date(now))
            .assume_not_null(),
    );
    let undated = [RoundState::Draft, RoundState::Opened, RoundState::Decided];
    let mut lines: Vec<RoundLine> = rounds::table
        .inner_join(organizations::table)
        .filter(people::below(paths))
        .filter(rounds::state.eq_any(undated).or(sealed).or(over))
        .order((
            rounds::state.eq(RoundState::Open).desc(),
            rounds::opening_at,
            rounds::id,
        ))
        .limit(MOST)
        .select(RoundLine::as_select())
        .load(c)?;
    for line in &mut lines {
        line.state = super::rules::state_at(line.state, line.deadline, now);
    }
    Ok(lines)
}
