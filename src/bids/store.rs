//! Queries of bids and their revisions.

mod history;
mod named;
mod opening;
pub mod topics;

pub use history::*;
pub use named::{Named, called};
pub use opening::*;

use diesel::prelude::*;

use super::BidState;
use crate::clock::Instant;
use crate::db::schema::{bid_revisions, bids, organizations};
use crate::db::{self, Conn, changed};
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RevisionId, RoundId, TopicId, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = bids, treat_none_as_null = true)]
pub struct Bid {
    pub id: BidId,
    pub round_id: RoundId,
    pub organization_id: OrganizationId,
    pub state: BidState,
    /// Canonical JSON of what is being written.
    pub draft: Vec<u8>,
    pub draft_revision: i64,
    pub draft_saved_at: Instant,
    /// What was submitted: content, attachments' digests and the salt, opaque until the opening.
    pub sealed: Option<Vec<u8>>,
    /// SHA-256 over `sealed`.
    pub digest: Option<String>,
    pub receipt: Option<String>,
    pub submitted_at: Option<Instant>,
    pub submitted_by: Option<UserId>,
    pub withdrawn_at: Option<Instant>,
    pub void_reason: Option<String>,
    pub topic_id: Option<TopicId>,
    pub title: Option<String>,
    pub leader_name: Option<String>,
    pub budget_total: Option<i64>,
    pub version: i64,
    pub created_by: UserId,
    pub created_at: Instant,
    pub updated_at: Instant,
    /// The revision that was submitted; None again once it is withdrawn.
    pub submitted_revision: Option<i64>,
}

/// The bid itself, without asking who wants to see it.
pub fn find(c: &mut Conn, id: BidId) -> Result<Bid> {
    Ok(bids::table.find(id).select(Bid::as_select()).first(c)?)
}

pub fn round_of(c: &mut Conn, id: BidId) -> Result<RoundId> {
    Ok(bids::table.find(id).select(bids::round_id).first(c)?)
}

/// The opened, valid bids of a round: what is scored.
pub fn opened(c: &mut Conn, round: RoundId) -> Result<Vec<Bid>> {
    Ok(bids::table
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(BidState::Opened))
        .order(bids::id)
        .select(Bid::as_select())
        .load(c)?)
}

/// These bids, in order of their ids, without asking who wants to see them.
pub fn by_ids(c: &mut Conn, ids: &[BidId]) -> Result<Vec<Bid>> {
    db::in_parts(ids, |some| {
        Ok(bids::table
            .filter(bids::id.eq_any(some))
            .order(bids::id)
            .select(Bid::as_select())
            .load(c)?)
    })
}

pub fn insert(c: &mut Conn, bid: &Bid) -> Result<()> {
    diesel::insert_into(bids::table).values(bid).execute(c)?;
    Ok(())
}

/// A draft's first bytes, once the bid has its key.
pub fn put_draft(c: &mut Conn, id: BidId, content: &[u8]) -> Result<()> {
    diesel::update(bids::table.find(id))
        .set(bids::draft.eq(content))
        .execute(c)?;
    Ok(())
}

/// Every revision's id and bytes: for a submission to seal them anew.
pub fn revision_contents(c: &mut Conn, bid: BidId) -> Result<Vec<(RevisionId, Vec<u8>)>> {
    Ok(bid_revisions::table
        .filter(bid_revisions::bid_id.eq(bid))
        .order(bid_revisions::revision)
        .select((bid_revisions::id, bid_revisions::content))
        .load(c)?)
}

pub fn put_revision_content(c: &mut Conn, id: RevisionId, content: &[u8]) -> Result<()> {
    diesel::update(bid_revisions::table.find(id))
        .set(bid_revisions::content.eq(content))
        .execute(c)?;
    Ok(())
}

/// Writes the row of an unopened bid as it is to be, if nobody was faster; answers it with its new version.
pub fn update(c: &mut Conn, bid: Bid, now: Instant) -> Result<Bid> {
    let was = bid.version;
    let new = Bid {
        version: was + 1,
        updated_at: now,
        ..bid
    };
    let row = bids::table.find(new.id).filter(bids::version.eq(was));
    changed(diesel::update(row).set(&new).execute(c)?)?;
    Ok(new)
}

pub fn insert_revision(
    c: &mut Conn,
    id: RevisionId,
    bid: BidId,
    revision: i64,
    content: &[u8],
    by: UserId,
    now: Instant,
) -> Result<()> {
    diesel::insert_into(bid_revisions::table)
        .values((
            bid_revisions::id.eq(id),
            bid_revisions::bid_id.eq(bid),
            bid_revisions::revision.eq(revision),
            bid_revisions::content.eq(content),
            bid_revisions::saved_by.eq(by),
            bid_revisions::saved_at.eq(now),
        ))
        .execute(c)?;
    Ok(())
}

pub fn void(c: &mut Conn, bid: &Bid, reason: &str, now: Instant) -> Result<i64> {
    let rows = diesel::update(
        bids::table
            .find(bid.id)
            .filter(bids::version.eq(bid.version)),
    )
    .set((
        bids::state.eq(BidState::Void),
        bids::void_reason.eq(Some(reason)),
        bids::version.eq(bid.version + 1),
        bids::updated_at.eq(now),
    ))
    .execute(c)?;
    changed(rows)?;
    Ok(bid.version + 1)
}

pub fn ids_in_state(c: &mut Conn, round: RoundId, state: BidState) -> Result<Vec<BidId>> {
    Ok(bids::table
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(state))
        .order(bids::id)
        .select(bids::id)
        .load(c)?)
}

/// A line of a round's bids as it is loaded, without content: shown under a veil as [`super::BidLine`].
#[derive(Debug, Clone, Queryable)]
pub struct BidRow {
    pub id: BidId,
    pub round_id: RoundId,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub state: BidState,
    /// None before the opening.
    pub topic_id: Option<TopicId>,
    pub title: Option<String>,
    pub leader: Option<String>,
    pub budget_total: Option<i64>,
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
        self.is_own(bid.id, bid.organization_id) || self.shows_opened(bid)
    }

    /// One's own, or going on with one's own as one.
    pub fn is_own(&self, bid: BidId, organization: OrganizationId) -> bool {
        self.own.contains(&organization) || self.together.contains(&bid)
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
pub fn list(c: &mut Conn, round: RoundId, scope: &Scope, filter: &Filter) -> Result<Vec<BidRow>> {
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

/// Round, id and state of own organizations' bids in these rounds, newest first.
pub fn own_in_rounds(
    c: &mut Conn,
    rounds: Vec<RoundId>,
    own: &[OrganizationId],
) -> Result<Vec<(RoundId, BidId, BidState)>> {
    Ok(bids::table
        .filter(bids::round_id.eq_any(rounds))
        .filter(bids::organization_id.eq_any(own.to_vec()))
        .order(bids::id.desc())
        .select((bids::round_id, bids::id, bids::state))
        .load(c)?)
}

/// This person's organizations' bids across rounds, newest first.
pub fn of_organizations(c: &mut Conn, own: &[OrganizationId], limit: i64) -> Result<Vec<Bid>> {
    Ok(bids::table
        .filter(bids::organization_id.eq_any(own.to_vec()))
        .order(bids::id.desc())
        .limit(limit)
        .select(Bid::as_select())
        .load(c)?)
}

/// Drafts of the given bids: for their own people's list.
pub fn drafts(c: &mut Conn, ids: &[BidId]) -> Result<Vec<(BidId, Vec<u8>)>> {
    db::in_parts(ids, |some| {
        Ok(bids::table
            .filter(bids::id.eq_any(some))
            .select((bids::id, bids::draft))
            .load(c)?)
    })
}

/// Own organizations' bids in one round, newest first.
pub fn own_in_round(c: &mut Conn, round: RoundId, own: &[OrganizationId]) -> Result<Vec<Bid>> {
    Ok(bids::table
        .filter(bids::round_id.eq(round))
        .filter(bids::organization_id.eq_any(own.to_vec()))
        .order(bids::id.desc())
        .limit(50)
        .select(Bid::as_select())
        .load(c)?)
}
