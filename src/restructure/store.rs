//! Queries of what still runs of an organization and those below it.

use diesel::prelude::*;

use crate::bids::BidState;
use crate::contracts::ContractState;
use crate::db::schema::{bids, contracts, organizations, rounds};
use crate::db::{Conn, MultiBackend};
use crate::error::Result;
use crate::ids::OrganizationId;
use crate::people;
use crate::rounds::RoundState;

/// A round that is not over in which they bid, of these committees if told.
pub fn round_with_bids(
    c: &mut Conn,
    path: &str,
    committees: Option<&[OrganizationId]>,
) -> Result<Option<String>> {
    let mut query = bids::table
        .inner_join(rounds::table.on(rounds::id.eq(bids::round_id)))
        .inner_join(organizations::table.on(organizations::id.eq(bids::organization_id)))
        .filter(people::beneath(path))
        .filter(bids::state.ne(BidState::Withdrawn))
        .filter(rounds::state.ne_all([RoundState::Concluded, RoundState::Cancelled]))
        .order(bids::id)
        .select(rounds::title)
        .into_boxed::<MultiBackend>();
    if let Some(committees) = committees {
        query = query.filter(rounds::committee_id.eq_any(committees.to_vec()));
    }
    Ok(query.first(c).optional()?)
}

/// The number of a contract of theirs in one of these states, with one of these committees if told.
pub fn contract_in(
    c: &mut Conn,
    path: &str,
    committees: Option<&[OrganizationId]>,
    states: &[ContractState],
) -> Result<Option<String>> {
    let mut query = contracts::table
        .inner_join(organizations::table.on(organizations::id.eq(contracts::organization_id)))
        .filter(people::beneath(path))
        .filter(contracts::state.eq_any(states.to_vec()))
        .order(contracts::id)
        .select(contracts::number)
        .into_boxed::<MultiBackend>();
    if let Some(committees) = committees {
        query = query.filter(contracts::committee_id.eq_any(committees.to_vec()));
    }
    Ok(query.first(c).optional()?)
}
