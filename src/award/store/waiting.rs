//! Queries of what waits for whom.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::award::ObjectionState;
use crate::award::store::Objection;
use crate::db::Conn;
use crate::db::schema::{objections, organizations, rounds};
use crate::error::Result;
use crate::ids::RoundId;
use crate::people;
use crate::rounds::RoundState;
use crate::todo::MOST;

/// Objections without an answer to rounds under these paths, the most urgent first, with the round's title and the path of
/// its committee; under the supervised paths only those due before today.
pub fn objections_waiting(
    c: &mut Conn,
    office: &[String],
    supervised: &[String],
    today: NaiveDate,
) -> Result<Vec<(Objection, String, String)>> {
    let late = people::below(supervised).and(objections::due_on.lt(today));
    Ok(objections::table
        .inner_join(rounds::table)
        .inner_join(organizations::table.on(organizations::id.eq(rounds::committee_id)))
        .filter(objections::state.eq_any(ObjectionState::OPEN))
        .filter(people::below(office).or(late))
        .order((objections::due_on, objections::id))
        .limit(MOST)
        .select((Objection::as_select(), rounds::title, organizations::path))
        .load(c)?)
}

/// Scored rounds under these paths, which wait for the committee's decision: the first opened first.
pub fn undecided(c: &mut Conn, paths: &[String]) -> Result<Vec<(RoundId, String)>> {
    Ok(rounds::table
        .inner_join(organizations::table)
        .filter(rounds::state.eq(RoundState::Scored))
        .filter(people::below(paths))
        .order((rounds::opening_at, rounds::id))
        .limit(MOST)
        .select((rounds::id, rounds::title))
        .load(c)?)
}
