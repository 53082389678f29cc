//! Queries of openings.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::openings;
use crate::error::Result;
use crate::ids::{OpeningId, RoundId, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = openings)]
pub struct Opening {
    pub id: OpeningId,
    pub round_id: RoundId,
    pub opened_by: UserId,
    pub witness_id: UserId,
    pub opened_at: Instant,
    pub attendance: String,
    pub minute: String,
    pub checked: i64,
    pub broken: i64,
    pub audit_head: String,
}

pub fn insert_opening(c: &mut Conn, row: &Opening) -> Result<()> {
    diesel::insert_into(openings::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn opening(c: &mut Conn, round: RoundId) -> Result<Option<Opening>> {
    Ok(openings::table
        .filter(openings::round_id.eq(round))
        .select(Opening::as_select())
        .first(c)
        .optional()?)
}
