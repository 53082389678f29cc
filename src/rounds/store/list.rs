//! The list of rounds, as far as somebody reaches.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::RoundState;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{organizations, rounds};
use crate::error::Result;
use crate::ids::{OrganizationId, RoundId};

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
}

/// Newest first, each in its state at this instant.
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
    let mut lines = query
        .order(rounds::id.desc())
        .limit(filter.limit)
        .load::<RoundLine>(c)?;
    for line in &mut lines {
        line.state = crate::rounds::rules::state_at(line.state, line.deadline, now);
    }
    Ok(lines)
}
