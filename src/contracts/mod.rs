//! Contracts (项目实施合同): drafted from a winning bid, signed by 乙方 and then 甲方, amended, terminated, fulfilled.
//!
//! Owns `contracts`, `contract_serials`, `contract_versions`, `signatures`. A contract's content is canonical JSON
//! ([`content::Content`], fields in the order of the type); its SHA-256 is the digest that each signature covers, so a
//! content changed behind the signatures' back no longer matches and cannot be signed or shown as sound.
//!
//! | state | sign_b | sign_a | amend | terminate | fulfil |
//! |---|---|---|---|---|---|
//! | draft | signed_by_b | b_signs_first | draft | terminated | not_in_force |
//! | signed_by_b | already_signed | in_force | draft | terminated | not_in_force |
//! | in_force | already_in_force | already_in_force | draft | terminated | fulfilled |
//! | terminated | contract_ended | contract_ended | contract_ended | contract_ended | contract_ended |
//! | fulfilled | contract_ended | contract_ended | contract_ended | contract_ended | contract_ended |
//!
//! Also refused: drafting before the round is concluded or while an objection is open, a signature on a tampered or
//! meanwhile changed content, the wrong side's or a stranger's signature, a wrong password.
//!
//! Invariants: numbers run without gap per committee and year; `digest` is the SHA-256 of `content`; every version is
//! kept in `contract_versions`; a contract in force bears both signatures over its version's digest; each contract
//! that ever was in force has exactly one project.

pub mod api;
mod check;
pub mod content;
pub mod pages;
mod promise;
pub mod room;
pub mod rules;
pub mod scene;
pub mod store;
mod todo;
pub mod verbs;
pub mod view;

pub use content::Content;
pub use store::{Contract, Signature};

use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::ContractId;
use rules::{Action, Facts};

crate::text_enum! {
    /// Where a contract is.
    ContractState {
        Draft = "draft" "待乙方签署",
        SignedByB = "signed_by_b" "待甲方签署",
        InForce = "in_force" "履行中",
        Terminated = "terminated" "已终止",
        Fulfilled = "fulfilled" "已办结",
    }
}

crate::text_enum! {
    /// Who signs: 甲方 is the committee, 乙方 the organization.
    PartySide { A = "a" "甲方", B = "b" "乙方" }
}

/// The contract itself, without asking who wants to see it.
pub fn find(c: &mut Conn, id: ContractId) -> Result<Contract> {
    store::find(c, id)
}

/// What binds now: the newest version signed by both sides, else the newest version.
pub fn binding_content(c: &mut Conn, contract: &Contract) -> Result<Content> {
    match store::binding_version(c, contract.id)? {
        Some(version) if version != contract.content_version => {
            Content::from_text(&store::version(c, contract.id, version)?.content)
        }
        Some(_) | None => Content::from_text(&contract.content),
    }
}

/// The contract of a winning bid.
pub fn of_bid(c: &mut Conn, bid: crate::ids::BidId) -> Result<ContractId> {
    Ok(store::of_bid(c, bid)?.ok_or(Error::NotFound)?.id)
}

/// The project was accepted: the contract is fulfilled. Recorded by the acceptance's decision.
pub fn fulfil(tx: &mut Tx, id: ContractId) -> Result<()> {
    let contract = store::find(tx, id)?;
    let facts = Facts {
        organization: crate::people::organization(tx, contract.organization_id)?.short_name,
        committee: crate::people::organization(tx, contract.committee_id)?.short_name,
    };
    let state = rules::next(contract.state, Action::Fulfil, &facts)?;
    let now = tx.now();
    store::advance(tx, &contract, state, None, now)?;
    Ok(())
}
