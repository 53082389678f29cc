//! How contracts are shown: to programs and on pages.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules;
use super::scene::{self, ContractScene, Drafted};
use super::store::{self, Signature, Version};
use super::verbs::OFFERS;
use super::{Content, ContractState, PartySide};
use crate::audit::{self, Chain, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, ContractId, OrganizationId, ProjectId, RoundId};
use crate::projects;
use crate::verbs::{self, May, Subject};
use crate::who::Actor;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignatureShown {
    pub content_version: i64,
    pub party: PartySide,
    pub name: String,
    pub post: String,
    /// SHA-256 of the content that was signed.
    pub digest: String,
    pub signed_at: Instant,
    /// The digest is the one of that version's content, recomputed now.
    pub valid: bool,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionShown {
    pub content_version: i64,
    pub reason: String,
    pub digest: String,
    pub created_at: Instant,
}

/// A contract as a whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ContractShown {
    pub id: ContractId,
    #[schema(example = "党建合〔2026〕12号")]
    pub number: String,
    pub title: String,
    pub state: ContractState,
    pub committee_id: OrganizationId,
    pub organization_id: OrganizationId,
    #[schema(example = "运维党支部")]
    pub organization: String,
    pub round_id: RoundId,
    pub bid_id: BidId,
    pub content: Content,
    /// What of the plan does not fit the term, a sentence each: agreed to by signing, unless it is amended first.
    pub misfits: Vec<String>,
    pub content_version: i64,
    /// SHA-256 of the canonical content: what signatures cover.
    pub digest: String,
    /// The digest recomputed now equals the one stored.
    pub intact: bool,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub terminate_reason: Option<String>,
    /// Newest version first.
    pub signatures: Vec<SignatureShown>,
    /// Newest first.
    pub versions: Vec<VersionShown>,
    /// Once the contract has come into force.
    pub project_id: Option<ProjectId>,
    /// For `sign`, `amend`, `terminate`: null if the asker may do it now, else `{code, reason, remedy}`.
    #[schema(value_type = Object)]
    pub may: May,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl ContractShown {
    /// The signature of one side on the newest version.
    pub fn signed_by(&self, side: PartySide) -> Option<&SignatureShown> {
        self.signatures
            .iter()
            .find(|one| one.party == side && one.content_version == self.content_version)
    }
}

fn shown(signature: Signature, versions: &[Version]) -> SignatureShown {
    let valid = versions
        .iter()
        .find(|version| version.content_version == signature.content_version)
        .is_some_and(|version| super::content::digest_of(&version.content) == signature.digest);
    SignatureShown {
        content_version: signature.content_version,
        party: signature.party,
        name: signature.name,
        post: signature.post,
        digest: signature.digest,
        signed_at: signature.signed_at,
        valid,
    }
}

impl Subject for ContractScene {
    type Shown = ContractShown;

    /// Loads everything around the contract; three queries.
    fn shown(&self, c: &mut Conn, actor: &Actor, now: Instant) -> Result<ContractShown> {
        let contract = self.contract.clone();
        let versions = store::versions(c, contract.id)?;
        let signatures = store::signatures(c, contract.id)?
            .into_iter()
            .map(|signature| shown(signature, &versions))
            .collect();
        let content = Content::from_text(&contract.content)?;
        Ok(ContractShown {
            misfits: rules::misfits(&content),
            content,
            organization: self.facts.organization.clone(),
            may: verbs::may(c, self, actor, now, OFFERS)?,
            project_id: projects::of_contract(c, contract.id)?,
            intact: contract.intact(),
            versions: versions
                .into_iter()
                .map(|version| VersionShown {
                    content_version: version.content_version,
                    reason: version.reason,
                    digest: version.digest,
                    created_at: version.created_at,
                })
                .collect(),
            signatures,
            id: contract.id,
            number: contract.number,
            title: contract.title,
            state: contract.state,
            committee_id: contract.committee_id,
            organization_id: contract.organization_id,
            round_id: contract.round_id,
            bid_id: contract.bid_id,
            content_version: contract.content_version,
            digest: contract.digest,
            starts_on: contract.starts_on,
            ends_on: contract.ends_on,
            terminate_reason: contract.terminate_reason,
            version: contract.version,
            created_at: contract.created_at,
            updated_at: contract.updated_at,
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(verb, &self.contract)
    }

    fn href(&self) -> String {
        format!("/contracts/{}", self.contract.id)
    }
}

/// The contracts that were drafted.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftedShown {
    pub items: Vec<ContractShown>,
}

impl Subject for Drafted {
    type Shown = DraftedShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, now: Instant) -> Result<DraftedShown> {
        let items = self.contracts.iter().map(|one| one.shown(c, actor, now));
        Ok(DraftedShown {
            items: items.collect::<Result<_>>()?,
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        Event::new(verb, Chain::System, "round", self.round.0)
    }

    fn href(&self) -> String {
        format!("/contracts?round_id={}", self.round)
    }
}
