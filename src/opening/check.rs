//! Openings are recorded.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{openings, rounds};
use crate::error::Result;
use crate::ids::RoundId;
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[("rounds", &[openings_of_rounds])];

/// A round is opened exactly when its opening was recorded.
fn openings_of_rounds(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<RoundId> = rounds::table
        .filter(rounds::opened_at.is_not_null())
        .filter(diesel::dsl::not(diesel::dsl::exists(
            openings::table
                .filter(openings::round_id.eq(rounds::id))
                .select(openings::id),
        )))
        .select(rounds::id)
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|round| format!("round {round} is opened without a minute"))
        .collect())
}
