//! Contracts: numbers, versions, signatures, none while an objection is open, each in force with its project.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::{ContractState, PartySide};
use crate::audit::sha256_hex;
use crate::award::ObjectionState;
use crate::db::Conn;
use crate::db::schema::{
    contract_serials, contract_versions, contracts, failed_topics, objections, projects,
    result_rows, signatures,
};
use crate::error::Result;
use crate::ids::{ContractId, OrganizationId, RoundId};
use crate::result::Outcome;
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[
    ("evaluation", &[open_objections, awards]),
    (
        "projects",
        &[serials, contents, signed, projects_of_contracts],
    ),
];

/// No contract while an objection of its round is open.
fn open_objections(c: &mut Conn) -> Result<Vec<String>> {
    let open: Vec<RoundId> = objections::table
        .filter(objections::state.eq_any(ObjectionState::OPEN))
        .select(objections::round_id)
        .distinct()
        .load(c)?;
    let rows: Vec<(ContractId, RoundId)> = contracts::table
        .filter(contracts::round_id.eq_any(open))
        .select((contracts::id, contracts::round_id))
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|(contract, round)| {
            format!("contract {contract} was drafted while an objection of round {round} is open")
        })
        .collect())
}

/// No contract without an award: a winner of the panel's ranking, or a joint project decided by the party committee.
fn awards(c: &mut Conn) -> Result<Vec<String>> {
    let winners = result_rows::table
        .filter(result_rows::outcome.eq(Outcome::Winner))
        .filter(result_rows::subject_id.eq(contracts::bid_id));
    let joint = failed_topics::table
        .filter(failed_topics::joint_lead_id.eq(contracts::bid_id.nullable()))
        .filter(failed_topics::awarded_at.is_not_null());
    let rows: Vec<ContractId> = contracts::table
        .filter(not(exists(winners)))
        .filter(not(exists(joint)))
        .order(contracts::id)
        .select(contracts::id)
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|contract| format!("contract {contract} rests on no award"))
        .collect())
}

/// Numbers run without gap per committee and year.
fn serials(c: &mut Conn) -> Result<Vec<String>> {
    let mut given: BTreeMap<(OrganizationId, i64), Vec<i64>> = BTreeMap::new();
    for (committee, year, serial) in contracts::table
        .order(contracts::serial)
        .select((contracts::committee_id, contracts::year, contracts::serial))
        .load::<(OrganizationId, i64, i64)>(c)?
    {
        given.entry((committee, year)).or_default().push(serial);
    }
    let last: HashMap<(OrganizationId, i64), i64> = contract_serials::table
        .select((
            contract_serials::committee_id,
            contract_serials::year,
            contract_serials::last,
        ))
        .load::<(OrganizationId, i64, i64)>(c)?
        .into_iter()
        .map(|(committee, year, last)| ((committee, year), last))
        .collect();
    let mut found = Vec::new();
    for ((committee, year), serials) in given {
        if let Some((serial, _)) = serials
            .iter()
            .zip(1..)
            .find(|(serial, expected)| **serial != *expected)
        {
            found.push(format!(
                "contracts of committee {committee} in {year}: a gap before number {serial}"
            ));
        }
        if serials.last() != last.get(&(committee, year)) {
            found.push(format!(
                "contracts of committee {committee} in {year}: the counter is not the last number"
            ));
        }
    }
    Ok(found)
}

/// Every version's digest is its content's, and the contract shows its newest version.
fn contents(c: &mut Conn) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut newest: HashMap<ContractId, (i64, String)> = HashMap::new();
    for (contract, version, content, digest) in contract_versions::table
        .order(contract_versions::content_version)
        .select((
            contract_versions::contract_id,
            contract_versions::content_version,
            contract_versions::content,
            contract_versions::digest,
        ))
        .load::<(ContractId, i64, String, String)>(c)?
    {
        if sha256_hex(content.as_bytes()) != digest {
            found.push(format!(
                "version {version} of contract {contract} is not what its digest was given for"
            ));
        }
        newest.insert(contract, (version, digest));
    }
    for (contract, version, content, digest) in contracts::table
        .select((
            contracts::id,
            contracts::content_version,
            contracts::content,
            contracts::digest,
        ))
        .load::<(ContractId, i64, String, String)>(c)?
    {
        if sha256_hex(content.as_bytes()) != digest {
            found.push(format!(
                "contract {contract} is not what its digest was given for"
            ));
        }
        if newest.get(&contract) != Some(&(version, digest)) {
            found.push(format!("contract {contract} is not its newest version"));
        }
    }
    Ok(found)
}

/// A signature covers its version's digest; a contract in force bears both.
fn signed(c: &mut Conn) -> Result<Vec<String>> {
    let versions: HashMap<(ContractId, i64), String> = contract_versions::table
        .select((
            contract_versions::contract_id,
            contract_versions::content_version,
            contract_versions::digest,
        ))
        .load::<(ContractId, i64, String)>(c)?
        .into_iter()
        .map(|(contract, version, digest)| ((contract, version), digest))
        .collect();
    let mut found = Vec::new();
    let mut borne: HashSet<(ContractId, i64, PartySide)> = HashSet::new();
    for (contract, version, party, digest) in signatures::table
        .select((
            signatures::contract_id,
            signatures::content_version,
            signatures::party,
            signatures::digest,
        ))
        .load::<(ContractId, i64, PartySide, String)>(c)?
    {
        if versions.get(&(contract, version)) != Some(&digest) {
            found.push(format!(
                "the signature of party {party} under version {version} of contract {contract} covers another text"
            ));
        }
        borne.insert((contract, version, party));
    }
    for (contract, version) in contracts::table
        .filter(contracts::state.eq_any([ContractState::InForce, ContractState::Fulfilled]))
        .select((contracts::id, contracts::content_version))
        .load::<(ContractId, i64)>(c)?
    {
        for party in [PartySide::A, PartySide::B] {
            if !borne.contains(&(contract, version, party)) {
                found.push(format!(
                    "contract {contract} is in force without the signature of party {party}"
                ));
            }
        }
    }
    Ok(found)
}

/// A contract in force has its project.
fn projects_of_contracts(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<ContractId> = contracts::table
        .filter(contracts::state.eq_any([ContractState::InForce, ContractState::Fulfilled]))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            projects::table
                .filter(projects::contract_id.eq(contracts::id))
                .select(projects::id),
        )))
        .select(contracts::id)
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|contract| format!("contract {contract} is in force without a project"))
        .collect())
}
