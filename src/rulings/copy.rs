//! Last year's round as a draft for this year: topics, rule, criteria, weights, guide, dates on this year's working
//! days, and the panel's members still in office.

use crate::clock::{Instant, local_date};
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::RoundId;
use crate::rounds::actions::drafting::{holidays, schedule_of, set_dates, titled};
use crate::rounds::input::RoundInput;
use crate::rounds::rules::schedule;
use crate::rounds::{self, OriginKind, Round};
use crate::seats;
use crate::who::{Actor, policy};

/// Copies a round whole, for its own committee.
pub fn copy(tx: &mut Tx, actor: &Actor, id: RoundId) -> Result<Round> {
    let last = rounds::actions::visible(tx, actor, id)?;
    let path = rounds::actions::committee_path(tx, &last)?;
    policy::may_run(actor, &path)?;
    let now = tx.now();
    let input = copied(tx, &last, now)?;
    let round = rounds::actions::create_from(tx, actor, &input, Some((id, OriginKind::Copy)))?;
    seats::propose(tx, actor, id, round.id)?;
    Ok(round)
}

fn copied(c: &mut Conn, last: &Round, now: Instant) -> Result<RoundInput> {
    let year = i64::from(chrono::Datelike::year(&local_date(now)));
    let table = holidays(c)?;
    let dates = schedule::moved(&table, schedule_of(last), now);
    let mut input = rounds::actions::input_of(c, last)?;
    let title = last
        .title
        .replace(&last.year.to_string(), &year.to_string());
    input.title = if title == last.title {
        titled(&title, "", "（沿用）")
    } else {
        title
    };
    input.year = year;
    set_dates(&mut input, dates);
    Ok(input)
}
