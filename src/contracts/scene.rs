//! A contract as one person may know of it.

use super::rules::Facts;
use super::store::{self, Contract};
use crate::audit::{self, Chain, Event};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{ContractId, RoundId};
use crate::people;
use crate::verbs::Scene;
use crate::who::{Actor, policy};

pub struct ContractScene {
    pub contract: Contract,
    /// 甲方's path: who runs the committee may amend.
    pub committee_path: String,
    /// The names of both sides, for the words of a refusal.
    pub facts: Facts,
}

impl Scene for ContractScene {
    type Id = ContractId;

    /// People of the organization, and office, secretary and supervisor over it, know of it. To everybody else there is
    /// no such contract.
    fn load(c: &mut Conn, actor: &Actor, id: &ContractId) -> Result<Self> {
        actor.person()?;
        let contract = store::find(c, *id)?;
        let organization = people::organization(c, contract.organization_id)?;
        if !policy::sees_work_of(actor, organization.id, &organization.path) {
            return Err(Error::NotFound);
        }
        let committee = people::organization(c, contract.committee_id)?;
        Ok(Self {
            contract,
            committee_path: committee.path,
            facts: Facts {
                organization: organization.short_name,
                committee: committee.short_name,
            },
        })
    }

    fn version(&self) -> i64 {
        self.contract.version
    }
}

pub(super) fn event(verb: audit::Verb, contract: &Contract) -> Event {
    let chain = Chain::Committee(contract.committee_id);
    Event::new(verb, chain, "contract", contract.id.0)
        .organization(contract.organization_id)
        .round(contract.round_id)
        .version(contract.version)
}

/// Contracts just drafted.
pub struct Drafted {
    pub round: RoundId,
    pub contracts: Vec<ContractScene>,
}

impl Scene for Drafted {
    type Id = (RoundId, Vec<ContractId>);

    fn load(c: &mut Conn, actor: &Actor, (round, ids): &Self::Id) -> Result<Self> {
        let contracts = ids.iter().map(|id| ContractScene::load(c, actor, id));
        Ok(Self {
            round: *round,
            contracts: contracts.collect::<Result<_>>()?,
        })
    }

    fn version(&self) -> i64 {
        1
    }
}
