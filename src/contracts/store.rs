//! Queries of contracts, their serials, versions and signatures.

use chrono::NaiveDate;
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ContractState, PartySide};
use crate::clock::Instant;
use crate::db::schema::{
    contract_serials, contract_versions, contracts, evaluations, organizations, result_rows,
    signatures,
};
use crate::db::{Conn, MultiBackend, changed};
use crate::error::Result;
use crate::ids::{
    BidId, ContractId, ContractVersionId, OrganizationId, RoundId, SignatureId, UserId,
};
use crate::result::Outcome;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = contracts)]
pub struct Contract {
    pub id: ContractId,
    /// 甲方.
    pub committee_id: OrganizationId,
    /// 乙方.
    pub organization_id: OrganizationId,
    pub round_id: RoundId,
    pub bid_id: BidId,
    pub year: i64,
    pub serial: i64,
    pub number: String,
    pub title: String,
    pub state: ContractState,
    /// Canonical JSON of the newest version.
    pub content: String,
    /// SHA-256 of `content`.
    pub digest: String,
    pub content_version: i64,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub terminate_reason: Option<String>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl Contract {
    /// The digest recomputed equals the one stored.
    pub fn intact(&self) -> bool {
        super::content::digest_of(&self.content) == self.digest
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = contract_versions)]
pub struct Version {
    pub id: ContractVersionId,
    pub contract_id: ContractId,
    pub content_version: i64,
    pub content: String,
    pub digest: String,
    pub reason: String,
    pub created_by: UserId,
    pub created_at: Instant,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = signatures)]
pub struct Signature {
    pub id: SignatureId,
    pub contract_id: ContractId,
    pub content_version: i64,
    pub party: PartySide,
    pub user_id: UserId,
    pub name: String,
    pub post: String,
    /// Digest of the content that was signed.
    pub digest: String,
    pub signed_at: Instant,
}

/// A line of the list of contracts.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
pub struct ContractLine {
    pub id: ContractId,
    #[schema(example = "党建合〔2026〕12号")]
    pub number: String,
    pub title: String,
    pub state: ContractState,
    /// 乙方.
    pub organization_id: OrganizationId,
    #[schema(example = "运维党支部")]
    pub organization: String,
    /// 甲方.
    pub committee_id: OrganizationId,
    pub round_id: RoundId,
    pub bid_id: BidId,
    /// 1 for the first text, one more for each amendment.
    pub content_version: i64,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub version: i64,
}

/// What the list shows to whom.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Organizations whose contracts are seen.
    pub organizations: Vec<OrganizationId>,
    /// Paths under which every organization's contracts are seen.
    pub paths: Vec<String>,
    pub state: Option<ContractState>,
    pub round: Option<RoundId>,
    pub before: Option<i64>,
    pub limit: i64,
}

pub fn find(c: &mut Conn, id: ContractId) -> Result<Contract> {
    Ok(contracts::table
        .find(id)
        .select(Contract::as_select())
        .first(c)?)
}

pub fn of_bid(c: &mut Conn, bid: BidId) -> Result<Option<Contract>> {
    Ok(contracts::table
        .filter(contracts::bid_id.eq(bid))
        .select(Contract::as_select())
        .first(c)
        .optional()?)
}

/// Those of the round's bids that have a contract.
pub fn contracted(c: &mut Conn, round: RoundId) -> Result<Vec<BidId>> {
    Ok(contracts::table
        .filter(contracts::round_id.eq(round))
        .select(contracts::bid_id)
        .load(c)?)
}

/// From which of these bids a contract was drafted.
pub fn contracted_of(c: &mut Conn, bids: &[BidId]) -> Result<Vec<BidId>> {
    Ok(contracts::table
        .filter(contracts::bid_id.eq_any(bids.to_vec()))
        .select(contracts::bid_id)
        .load(c)?)
}

/// Whether a winner of the round has no contract yet.
pub fn winner_waits(c: &mut Conn, round: RoundId) -> Result<bool> {
    let drafted = contracts::table.filter(contracts::bid_id.eq(result_rows::subject_id));
    Ok(diesel::select(exists(
        result_rows::table
            .inner_join(evaluations::table)
            .filter(evaluations::round_id.eq(round))
            .filter(result_rows::outcome.eq(Outcome::Winner))
            .filter(not(exists(drafted))),
    ))
    .get_result(c)?)
}

pub fn list(c: &mut Conn, filter: &Filter) -> Result<Vec<ContractLine>> {
    let mut query = contracts::table
        .inner_join(organizations::table.on(organizations::id.eq(contracts::organization_id)))
        .select((
            contracts::id,
            contracts::number,
            contracts::title,
            contracts::state,
            contracts::organization_id,
            organizations::short_name,
            contracts::committee_id,
            contracts::round_id,
            contracts::bid_id,
            contracts::content_version,
            contracts::starts_on,
            contracts::ends_on,
            contracts::version,
        ))
        .into_boxed::<MultiBackend>()
        .filter(contracts::organization_id.eq_any(filter.organizations.clone()));
    for path in &filter.paths {
        query = query.or_filter(organizations::path.like(format!("{path}%")));
    }
    if let Some(state) = filter.state {
        query = query.filter(contracts::state.eq(state));
    }
    if let Some(round) = filter.round {
        query = query.filter(contracts::round_id.eq(round));
    }
    if let Some(before) = filter.before {
        query = query.filter(contracts::id.lt(ContractId(before)));
    }
    Ok(query
        .order(contracts::id.desc())
        .limit(filter.limit)
        .load(c)?)
}

/// What waits for a signature: drafts for these organizations' secretaries, half-signed ones for these committees'.
pub fn unsigned(
    c: &mut Conn,
    organizations: Vec<OrganizationId>,
    committees: Vec<OrganizationId>,
    limit: i64,
) -> Result<Vec<(ContractId, String, String, ContractState)>> {
    let for_b = contracts::state
        .eq(ContractState::Draft)
        .and(contracts::organization_id.eq_any(organizations));
    let for_a = contracts::state
        .eq(ContractState::SignedByB)
        .and(contracts::committee_id.eq_any(committees));
    Ok(contracts::table
        .filter(for_b.or(for_a))
        .order(contracts::id)
        .limit(limit)
        .select((
            contracts::id,
            contracts::number,
            contracts::title,
            contracts::state,
        ))
        .load(c)?)
}

/// The next number of this committee and year, if the year has begun. The UPDATE orders writers; a refused command
/// gives its number back with everything else it wrote.
pub fn next_serial(c: &mut Conn, committee: OrganizationId, year: i64) -> Result<Option<i64>> {
    Ok(diesel::update(
        contract_serials::table
            .filter(contract_serials::committee_id.eq(committee))
            .filter(contract_serials::year.eq(year)),
    )
    .set(contract_serials::last.eq(contract_serials::last + 1))
    .returning(contract_serials::last)
    .get_result::<i64>(c)
    .optional()?)
}

/// Begins the year with number 1; fails if somebody was faster.
pub fn first_serial(c: &mut Conn, id: i64, committee: OrganizationId, year: i64) -> Result<i64> {
    diesel::insert_into(contract_serials::table)
        .values((
            contract_serials::id.eq(id),
            contract_serials::committee_id.eq(committee),
            contract_serials::year.eq(year),
            contract_serials::last.eq(1),
        ))
        .execute(c)?;
    Ok(1)
}

pub fn insert(c: &mut Conn, row: &Contract) -> Result<()> {
    diesel::insert_into(contracts::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn insert_version(c: &mut Conn, row: &Version) -> Result<()> {
    diesel::insert_into(contract_versions::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn versions(c: &mut Conn, contract: ContractId) -> Result<Vec<Version>> {
    Ok(contract_versions::table
        .filter(contract_versions::contract_id.eq(contract))
        .order(contract_versions::content_version.desc())
        .select(Version::as_select())
        .load(c)?)
}

pub fn version(c: &mut Conn, contract: ContractId, content_version: i64) -> Result<Version> {
    Ok(contract_versions::table
        .filter(contract_versions::contract_id.eq(contract))
        .filter(contract_versions::content_version.eq(content_version))
        .select(Version::as_select())
        .first(c)?)
}

pub fn insert_signature(c: &mut Conn, row: &Signature) -> Result<()> {
    diesel::insert_into(signatures::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn signatures(c: &mut Conn, contract: ContractId) -> Result<Vec<Signature>> {
    Ok(signatures::table
        .filter(signatures::contract_id.eq(contract))
        .order((signatures::content_version.desc(), signatures::id))
        .select(Signature::as_select())
        .load(c)?)
}

/// The newest version that 甲方, who signs last, has signed.
pub fn binding_version(c: &mut Conn, contract: ContractId) -> Result<Option<i64>> {
    Ok(signatures::table
        .filter(signatures::contract_id.eq(contract))
        .filter(signatures::party.eq(PartySide::A))
        .order(signatures::content_version.desc())
        .select(signatures::content_version)
        .first(c)
        .optional()?)
}

/// Moves to another state if nobody was faster; answers the new version.
pub fn advance(
    c: &mut Conn,
    contract: &Contract,
    to: ContractState,
    terminate_reason: Option<&str>,
    now: Instant,
) -> Result<i64> {
    let rows = diesel::update(
        contracts::table
            .find(contract.id)
            .filter(contracts::version.eq(contract.version)),
    )
    .set((
        contracts::state.eq(to),
        contracts::terminate_reason.eq(terminate_reason),
        contracts::version.eq(contract.version + 1),
        contracts::updated_at.eq(now),
    ))
    .execute(c)?;
    changed(rows)?;
    Ok(contract.version + 1)
}

/// Replaces the content by its next version if nobody was faster.
pub fn rewrite(c: &mut Conn, before: &Contract, after: &Contract) -> Result<()> {
    let rows = diesel::update(
        contracts::table
            .find(before.id)
            .filter(contracts::version.eq(before.version)),
    )
    .set((
        contracts::state.eq(after.state),
        contracts::content.eq(&after.content),
        contracts::digest.eq(&after.digest),
        contracts::content_version.eq(after.content_version),
        contracts::ends_on.eq(after.ends_on),
        contracts::version.eq(before.version + 1),
        contracts::updated_at.eq(after.updated_at),
    ))
    .execute(c)?;
    changed(rows)
}
