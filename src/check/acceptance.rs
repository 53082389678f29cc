//! Acceptances and their ballots; cases, sites, replications.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Check;
use crate::acceptance::boxes::Ballots;
use crate::acceptance::{AcceptanceState, CodeKind};
use crate::db::Conn;
use crate::db::schema::{acceptances, ballot_boxes, replications, sites, voting_codes};
use crate::error::Result;
use crate::ids::{AcceptanceId, OrganizationId, ReplicationId, SiteId};
use crate::showcase::SiteState;

pub const CHECKS: &[Check] = &[boxes, codes, results, named_sites, own_models];

type Key = (AcceptanceId, CodeKind);

/// Ballots cast are codes used, always; a box's tallies add up to its receipts.
fn boxes(c: &mut Conn) -> Result<Vec<String>> {
    let used: HashMap<Key, i64> = voting_codes::table
        .filter(voting_codes::used.eq(true))
        .group_by((voting_codes::acceptance_id, voting_codes::kind))
        .select((
            voting_codes::acceptance_id,
            voting_codes::kind,
            diesel::dsl::count(voting_codes::code_digest),
        ))
        .load::<(AcceptanceId, CodeKind, i64)>(c)?
        .into_iter()
        .map(|(acceptance, kind, count)| ((acceptance, kind), count))
        .collect();
    let mut found = Vec::new();
    for (acceptance, kind, content, receipts) in ballot_boxes::table
        .select((
            ballot_boxes::acceptance_id,
            ballot_boxes::kind,
            ballot_boxes::content,
            ballot_boxes::receipts,
        ))
        .load::<(AcceptanceId, CodeKind, String, String)>(c)?
    {
        let receipts: Vec<String> = serde_json::from_str(&receipts)?;
        let cast = i64::try_from(receipts.len()).unwrap_or(i64::MAX);
        let used = used.get(&(acceptance, kind)).copied().unwrap_or(0);
        if cast != used {
            found.push(format!(
                "acceptance {acceptance}: {cast} in the {kind} box, {used} codes used"
            ));
        }
        if !receipts.is_sorted() {
            found.push(format!(
                "acceptance {acceptance}: the receipts of the {kind} box tell their order"
            ));
        }
        if kind == CodeKind::Ballot {
            let sum: i64 = Ballots::read(&content)?
                .tallies()
                .iter()
                .map(|(_, count)| count)
                .sum();
            if sum != cast {
                found.push(format!(
                    "acceptance {acceptance}: {sum} ballots counted, {cast} cast"
                ));
            }
        }
    }
    Ok(found)
}

/// No more ballots are handed out than members are eligible.
fn codes(c: &mut Conn) -> Result<Vec<String>> {
    let handed: Vec<(AcceptanceId, i64)> = voting_codes::table
        .filter(voting_codes::kind.eq(CodeKind::Ballot))
        .filter(voting_codes::voided.eq(false))
        .group_by(voting_codes::acceptance_id)
        .select((
            voting_codes::acceptance_id,
            diesel::dsl::count(voting_codes::code_digest),
        ))
        .load(c)?;
    let eligible: HashMap<AcceptanceId, i64> = acceptances::table
        .select((acceptances::id, acceptances::eligible_voters))
        .load::<(AcceptanceId, i64)>(c)?
        .into_iter()
        .collect();
    Ok(handed
        .into_iter()
        .filter_map(|(acceptance, codes)| {
            let eligible = eligible.get(&acceptance).copied().unwrap_or(0);
            (codes > eligible).then(|| {
                format!("acceptance {acceptance}: {codes} ballots for {eligible} eligible members")
            })
        })
        .collect())
}

/// A decided acceptance has its total and grade.
fn results(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<AcceptanceId> = acceptances::table
        .filter(acceptances::state.eq(AcceptanceState::Decided))
        .filter(
            acceptances::total
                .is_null()
                .or(acceptances::grade.is_null()),
        )
        .select(acceptances::id)
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|acceptance| format!("acceptance {acceptance} is decided without a result"))
        .collect())
}

/// A named site has a date, a term and one to three stars; a delisted one a reason.
fn named_sites(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<SiteId> = sites::table
        .filter(
            sites::state
                .ne(SiteState::Nominated)
                .and(
                    sites::named_on
                        .is_null()
                        .or(sites::term_until.is_null())
                        .or(sites::stars.lt(1))
                        .or(sites::stars.gt(3)),
                )
                .or(sites::state
                    .eq(SiteState::Delisted)
                    .and(sites::delist_reason.is_null())),
        )
        .select(sites::id)
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|site| format!("site {site} lacks what its state asks for"))
        .collect())
}

/// Nobody replicates their own model.
fn own_models(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<(ReplicationId, OrganizationId)> = replications::table
        .inner_join(sites::table)
        .filter(sites::organization_id.eq(replications::organization_id))
        .select((replications::id, replications::organization_id))
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|(replication, organization)| {
            format!("replication {replication}: organization {organization} copies its own site")
        })
        .collect())
}
