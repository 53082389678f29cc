//! Queries of what waits for whom.

use diesel::prelude::*;

use crate::award::ObjectionState;
use crate::award::store::Objection;
use crate::db::Conn;
use crate::db::schema::{objections, organizations, rounds};
use crate::error::Result;

/// Objections without an answer, the most urgent first, with the round's title and the committee's path.
pub fn objections_waiting(c: &mut Conn, limit: i64) -> Result<Vec<(Objection, String, String)>> {
    Ok(objections::table
        .inner_join(rounds::table.inner_join(organizations::table))
        .filter(objections::state.eq_any(ObjectionState::OPEN))
        .order((objections::due_on, objections::id))
        .limit(limit)
        .select((Objection::as_select(), rounds::title, organizations::path))
        .load(c)?)
}
