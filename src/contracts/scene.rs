//! A contract as one person may know of it.

use super::rules::Facts;
use super::store::{self, Contract};
use super::view::ContractShown;
use crate::audit::{self, Chain, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::ContractId;
use crate::people;
use crate::verbs::{Scene, Subject};
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

impl Subject for ContractScene {
    type Shown = ContractShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, now: Instant) -> Result<ContractShown> {
        ContractShown::load(c, self, actor, now)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        event(verb, &self.contract)
    }

    fn href(&self) -> String {
        format!("/contracts/{}", self.contract.id)
    }
}

pub(super) fn event(verb: audit::Verb, contract: &Contract) -> Event {
    let chain = Chain::Committee(contract.committee_id);
    Event::new(verb, chain, "contract", contract.id.0)
        .organization(contract.organization_id)
        .round(contract.round_id)
        .version(contract.version)
}
