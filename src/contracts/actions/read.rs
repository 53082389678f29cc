//! What the list and the page read.

use crate::contracts::ContractState;
use crate::contracts::store::{self, Contract, Filter, Line, Signature, Version};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::RoundId;
use crate::who::policy::OVERSEERS;
use crate::who::{Actor, policy};

/// The contracts this person may know of.
pub fn filter(actor: &Actor) -> Result<Filter> {
    policy::business_person(actor)?;
    Ok(Filter {
        organizations: policy::own_work(actor),
        paths: actor.paths_of(OVERSEERS),
        ..Filter::default()
    })
}

/// A page of them, newest first; `limit + 1` rows.
pub fn list(
    c: &mut Conn,
    actor: &Actor,
    state: Option<ContractState>,
    round: Option<RoundId>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Line>> {
    let filter = Filter {
        state,
        round,
        before,
        limit: limit + 1,
        ..filter(actor)?
    };
    store::list(c, &filter)
}

pub fn signatures(c: &mut Conn, contract: &Contract) -> Result<Vec<Signature>> {
    store::signatures(c, contract.id)
}

pub fn versions(c: &mut Conn, contract: &Contract) -> Result<Vec<Version>> {
    store::versions(c, contract.id)
}
