//! Queries of what waits for whom.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::award::ObjectionState;
use crate::award::store::Objection;
use crate::db::Conn;
use crate::db::schema::{objections, rounds};
use crate::error::Result;
use crate::ids::OrganizationId;

/// Objections without an answer to rounds of these committees, the most urgent first, with the round's title and the
/// committee; of the supervised committees only those due before today.
pub fn objections_waiting(
    c: &mut Conn,
    office: &[OrganizationId],
    supervised: &[OrganizationId],
    today: NaiveDate,
    limit: i64,
) -> Result<Vec<(Objection, String, OrganizationId)>> {
    let own = rounds::committee_id.eq_any(office.to_vec());
    let late = rounds::committee_id
        .eq_any(supervised.to_vec())
        .and(objections::due_on.lt(today));
    Ok(objections::table
        .inner_join(rounds::table)
        .filter(objections::state.eq_any(ObjectionState::OPEN))
        .filter(own.or(late))
        .order((objections::due_on, objections::id))
        .limit(limit)
        .select((Objection::as_select(), rounds::title, rounds::committee_id))
        .load(c)?)
}
