//! The holidays of every year that a date falls in are known.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use diesel::prelude::*;

use super::ObjectionState;
use crate::db::Conn;
use crate::db::schema::{objections, rounds};
use crate::error::Result;
use crate::holidays;
use crate::rounds::RoundState;
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[("holidays", &[needed])];

/// Every year in which a round under way opens or is publicized, or an objection is due, is in the table.
fn needed(c: &mut Conn) -> Result<Vec<String>> {
    let open: Vec<(crate::clock::Instant, Option<NaiveDate>)> = rounds::table
        .filter(rounds::state.ne_all(vec![
            RoundState::Draft,
            RoundState::Concluded,
            RoundState::Cancelled,
        ]))
        .select((rounds::opening_at, rounds::publicity_until))
        .load(c)?;
    let due: Vec<NaiveDate> = objections::table
        .filter(objections::state.eq_any(ObjectionState::OPEN))
        .select(objections::due_on)
        .load(c)?;
    let table = holidays::table(c)?;
    let there: BTreeSet<i32> = table.years().collect();
    let years: BTreeSet<i32> = open
        .iter()
        .flat_map(|(opening, until)| {
            let opening = crate::clock::local_date(*opening).year();
            [Some(opening), until.map(|day| day.year())]
        })
        .flatten()
        .chain(due.iter().map(Datelike::year))
        .collect();
    Ok(years
        .difference(&there)
        .map(|year| format!("the holiday table lacks {year}, in which dates fall"))
        .collect())
}
