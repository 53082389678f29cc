//! Acceptances and their ballots.

use std::collections::HashMap;

use diesel::prelude::*;

use super::boxes::Ballots;
use super::{AcceptanceState, CodeKind};
use crate::db::Conn;
use crate::db::schema::{acceptances, ballot_boxes, voting_codes};
use crate::error::Result;
use crate::ids::AcceptanceId;
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[("acceptance", &[boxes, codes, results])];

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
