//! What a contract in force promises, for its project.

use super::{Content, Contract};
use crate::error::Result;
use crate::projects::{Promise, PromisedStep};

pub fn promise(contract: &Contract) -> Result<Promise> {
    let content = Content::from_text(&contract.content)?;
    Ok(Promise {
        contract_id: contract.id,
        number: contract.number.clone(),
        round_id: contract.round_id,
        committee_id: contract.committee_id,
        organization_id: contract.organization_id,
        title: contract.title.clone(),
        starts_on: contract.starts_on,
        ends_on: contract.ends_on,
        plan: content
            .plan
            .into_iter()
            .map(|line| PromisedStep {
                kind: line.step,
                starts_on: line.starts_on,
                ends_on: line.ends_on,
                work: line.work,
                responsible: line.responsible,
            })
            .collect(),
    })
}
