//! Last year's round as a draft for this year: topics, rule, criteria, weights, guide, dates on this year's working
//! days, and the panel's members still in office.

use std::sync::Arc;

use crate::auth::Actor;
use crate::calendar::Holidays;
use crate::clock::{Instant, local_date};
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::RoundId;
use crate::rounds::input::RoundInput;
use crate::rounds::rules::schedule::{self, Schedule};
use crate::rounds::store::failed::{self as store, Origin};
use crate::rounds::{OriginKind, Round};
use crate::seats;

/// The table of working days.
pub fn holidays(c: &mut Conn) -> Result<Arc<Holidays>> {
    crate::holidays::table(c)
}

pub fn schedule_of(round: &Round) -> Schedule {
    Schedule {
        opens_at: round.opens_at,
        deadline: round.deadline,
        opening_at: round.opening_at,
    }
}

/// Copies a round whole, for its own committee.
pub fn copy(tx: &mut Tx, actor: &Actor, id: RoundId) -> Result<Round> {
    let last = super::visible(tx, actor, id)?;
    let path = super::committee_path(tx, &last)?;
    crate::auth::policy::may_run(actor, &path)?;
    let now = tx.now();
    let input = copied(tx, &last, now)?;
    let round = super::create_from(tx, actor, &input, Some((id, OriginKind::Copy)))?;
    seats::propose(tx, actor, id, round.id)?;
    Ok(round)
}

fn copied(c: &mut Conn, last: &Round, now: Instant) -> Result<RoundInput> {
    let year = i64::from(chrono::Datelike::year(&local_date(now)));
    let table = holidays(c)?;
    let dates = schedule::moved(&table, schedule_of(last), now);
    let mut input = super::input_of(c, last)?;
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

/// A title of at most a hundred characters, whatever is put before or after it.
pub fn titled(title: &str, before: &str, after: &str) -> String {
    let room = 100 - before.chars().count() - after.chars().count();
    let title: String = title.chars().take(room).collect();
    format!("{before}{title}{after}")
}

pub fn set_dates(input: &mut RoundInput, dates: Schedule) {
    input.opens_at = dates.opens_at.and_utc();
    input.deadline = dates.deadline.and_utc();
    input.opening_at = dates.opening_at.and_utc();
}

/// The round this one was made from, if any.
pub fn origin(c: &mut Conn, round: RoundId) -> Result<Option<Origin>> {
    store::origin(c, round)
}
