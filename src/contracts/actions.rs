//! What is done with contracts, one function a verb.

use super::rules::{self, Action, Facts};
use super::store::{self, Contract};
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
