//! The list of a round's bids, as far as somebody reaches.

use super::super::BidState;
use super::Bid;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{bids, organizations};
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, TopicId};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

/// A line of a round's bids: no content is loaded.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
pub struct BidLine {
    pub id: BidId,
    pub round_id: RoundId,
    /// 0, and the name covered, for the panel of a blind round until the lock.
    pub organization_id: OrganizationId,
    pub organization: String,
    pub state: BidState,
    /// None before the opening.
    pub topic_id: Option<TopicId>,
    pub title: Option<String>,
    pub leader: Option<String>,
    /// 分; none before the opening.
    pub budget_total: Option<i64>,
    /// SHA-256 of the sealed payload.
    pub digest: Option<String>,
    pub submitted_at: Option<Instant>,
    pub version: i64,
}

/// Which of a round's bids an actor's list shows. The same answer serves page, list, count, export and reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Bids of these organizations, in any state.
    pub own: Vec<OrganizationId>,
    /// Opened and void bids of all others, but not of these topics; None before the opening or without the right.
    pub opened_except: Option<Vec<TopicId>>,
    /// Of those, only these: a reviewer among whom bids are divided sees what is theirs to mark.
    pub opened_only: Option<Vec<BidId>>,
    /// The others' bids of the joint ones (联合攻关) one's own have gone into.
    pub together: Vec<BidId>,
}

impl Scope {
    pub fn shows(&self, bid: &Bid) -> bool {
        self.own.contains(&bid.organization_id)
            || self.together.contains(&bid.id)
            || self.shows_opened(bid)
    }

    /// Shown as an opened bid, not as one's own.
    pub fn shows_opened(&self, bid: &Bid) -> bool {
        BidState::READABLE.contains(&bid.state)
            && self
                .opened_except
                .as_ref()
                .is_some_and(|except| bid.topic_id.is_none_or(|topic| !except.contains(&topic)))
            && self
                .opened_only
                .as_ref()
                .is_none_or(|only| only.contains(&bid.id))
    }
}

#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub topic: Option<TopicId>,
    pub organization: Option<OrganizationId>,
    pub state: Option<BidState>,
    pub oldest_first: bool,
    pub after: Option<i64>,
    pub limit: i64,
}

/// A page of a round's bids within the scope, keyed by id.
pub fn list(c: &mut Conn, round: RoundId, scope: &Scope, filter: &Filter) -> Result<Vec<BidLine>> {
    let mut query = bids::table
        .inner_join(organizations::table)
        .filter(bids::round_id.eq(round))
        .limit(filter.limit)
        .select((
            bids::id,
            bids::round_id,
            bids::organization_id,
            organizations::short_name,
            bids::state,
            bids::topic_id,
            bids::title,
            bids::leader_name,
            bids::budget_total,
            bids::digest,
            bids::submitted_at,
            bids::version,
        ))
        .into_boxed::<crate::db::MultiBackend>();
    query = match &scope.opened_except {
        None => query.filter(
            bids::organization_id
                .eq_any(scope.own.clone())
                .or(bids::id.eq_any(scope.together.clone())),
        ),
        Some(except) if scope.own.is_empty() => {
            let query = query.filter(bids::state.eq_any(BidState::READABLE));
            if except.is_empty() {
                query
            } else {
                query.filter(
                    bids::topic_id
                        .is_null()
                        .or(bids::topic_id.ne_all(except.clone())),
                )
            }
        }
        Some(except) => query.filter(
            bids::organization_id
                .eq_any(scope.own.clone())
                .or(bids::id.eq_any(scope.together.clone()))
                .or(bids::state.eq_any(BidState::READABLE).and(
                    bids::topic_id
                        .is_null()
                        .or(bids::topic_id.ne_all(except.clone())),
                )),
        ),
    };
    if let Some(only) = &scope.opened_only {
        query = query.filter(
            bids::organization_id
                .eq_any(scope.own.clone())
                .or(bids::id.eq_any(scope.together.clone()))
                .or(bids::id.eq_any(only.clone())),
        );
    }
    if let Some(topic) = filter.topic {
        query = query.filter(bids::topic_id.eq(topic));
    }
    if let Some(organization) = filter.organization {
        query = query.filter(bids::organization_id.eq(organization));
    }
    if let Some(state) = filter.state {
        query = query.filter(bids::state.eq(state));
    }
    query = match (filter.oldest_first, filter.after.map(BidId)) {
        (true, Some(after)) => query.filter(bids::id.gt(after)).order(bids::id.asc()),
        (true, None) => query.order(bids::id.asc()),
        (false, Some(after)) => query.filter(bids::id.lt(after)).order(bids::id.desc()),
        (false, None) => query.order(bids::id.desc()),
    };
    Ok(query.load(c)?)
}
