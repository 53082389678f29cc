//! What is done with contracts, one function a verb.

mod amend;
mod draft;
mod read;
mod sign;
mod terminate;

pub use amend::{AmendInput, PlanChange, amend, may_amend};
pub use draft::{draft_for_bid, draft_for_round, draft_refusal};
pub use read::{filter, list, signatures, versions};
pub use sign::{SignInput, may_sign, sign};
pub use terminate::{TerminateInput, may_terminate, terminate};

use super::rules::{self, Action, Facts};
use super::store::{self, Contract};
use crate::audit::{Chain, Event, Verb};
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::ContractId;
use crate::people;

/// The names that a refusal's words need.
pub fn facts(c: &mut Conn, contract: &Contract) -> Result<Facts> {
    Ok(Facts {
        organization: people::organization(c, contract.organization_id)?.short_name,
        committee: people::organization(c, contract.committee_id)?.short_name,
    })
}

/// The project was accepted: the contract is fulfilled. Recorded by the acceptance's decision.
pub fn fulfil(tx: &mut Tx, id: ContractId) -> Result<()> {
    let contract = store::find(tx, id)?;
    let facts = facts(tx, &contract)?;
    let state = rules::next(contract.state, Action::Fulfil, &facts)?;
    let now = tx.now();
    store::advance(tx, &contract, state, None, now)?;
    Ok(())
}

fn about(verb: Verb, contract: &Contract, version: i64) -> Event {
    Event::new(
        verb,
        Chain::Committee(contract.committee_id),
        "contract",
        contract.id.0,
    )
    .organization(contract.organization_id)
    .round(contract.round_id)
    .version(version)
}
