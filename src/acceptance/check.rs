//! Acceptances and their ballots.

use std::collections::HashMap;

use diesel::prelude::*;

use super::boxes::Ballots;
use super::store::{self, BallotBox};
use super::{AcceptanceState, CodeKind};
use crate::db::Conn;
use crate::db::schema::{acceptances, ballot_boxes, voting_codes};
use crate::error::Result;
use crate::ids::AcceptanceId;
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[("acceptance", &[boxes, codes, results])];

/// Used codes are votes in the box, always: none while there were none, as many counted as cast once it was opened. What
/// lies in a running box is held against their number whenever it is read.
fn boxes(c: &mut Conn) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (row, state) in ballot_boxes::table
        .inner_join(acceptances::table)
        .select((BallotBox::as_select(), acceptances::state))
        .load::<(BallotBox, AcceptanceState)>(c)?
    {
        let mut wrong = |what: &str| {
            found.push(format!(
                "acceptance {}: the {} box {what}",
                row.acceptance_id, row.kind
            ));
        };
        let counted = row.counted()?;
        if !row.receipts()?.is_sorted() {
            wrong("tells the order of its receipts");
        }
        match state {
            AcceptanceState::Open if row.sealed.is_some() == (row.votes == counted) => {
                wrong("was emptied, or filled without a vote");
            }
            AcceptanceState::Closed | AcceptanceState::Decided if row.votes != counted => {
                wrong(&format!("counts {counted} of {} votes", row.votes));
            }
            AcceptanceState::Open
            | AcceptanceState::Closed
            | AcceptanceState::Decided
            | AcceptanceState::Abandoned => {}
        }
        if row.kind == CodeKind::Ballot {
            let tallies = Ballots::read(&row.content)?.tallies();
            let sum: i64 = tallies.iter().map(|(_, count)| count).sum();
            if sum != counted {
                wrong(&format!("adds up to {sum} ballots of {counted}"));
            }
        }
    }
    Ok(found)
}

/// Codes are as many as were told; those cast were handed out; no more ballots are good than members are eligible.
fn codes(c: &mut Conn) -> Result<Vec<String>> {
    let kept: HashMap<(AcceptanceId, CodeKind), i64> = voting_codes::table
        .group_by((voting_codes::acceptance_id, voting_codes::kind))
        .select((
            voting_codes::acceptance_id,
            voting_codes::kind,
            diesel::dsl::count_star(),
        ))
        .load::<(AcceptanceId, CodeKind, i64)>(c)?
        .into_iter()
        .map(|(acceptance, kind, count)| ((acceptance, kind), count))
        .collect();
    let all: Vec<(AcceptanceId, AcceptanceState, i64)> = acceptances::table
        .select((
            acceptances::id,
            acceptances::state,
            acceptances::eligible_voters,
        ))
        .load(c)?;
    let mut found = Vec::new();
    for (id, state, eligible) in all {
        let counts = store::code_counts(c, id)?;
        for kind in CodeKind::ALL {
            let tally = counts.of(*kind);
            let rows = kept.get(&(id, *kind)).copied().unwrap_or(0);
            if rows != tally.issued {
                found.push(format!(
                    "acceptance {id}: {rows} {kind} codes, {} told to be handed out",
                    tally.issued
                ));
            }
            let ended = matches!(state, AcceptanceState::Closed | AcceptanceState::Decided);
            if tally.open() < 0 || (ended && tally.open() > 0) {
                found.push(format!("acceptance {id}: the {kind} codes do not add up"));
            }
        }
        let good = counts.ballots.issued - counts.ballots.voided;
        if good > eligible {
            found.push(format!(
                "acceptance {id}: {good} ballots for {eligible} eligible members"
            ));
        }
    }
    Ok(found)
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
