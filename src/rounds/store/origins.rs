//! Queries of rounds made from others.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::round_origins;
use crate::error::Result;
use crate::ids::RoundId;
use crate::rounds::OriginKind;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = round_origins)]
pub struct Origin {
    pub round_id: RoundId,
    pub origin_id: RoundId,
    pub kind: OriginKind,
}

pub fn insert_origin(c: &mut Conn, row: &Origin) -> Result<()> {
    diesel::insert_into(round_origins::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn origin(c: &mut Conn, round: RoundId) -> Result<Option<Origin>> {
    Ok(round_origins::table
        .find(round)
        .select(Origin::as_select())
        .first(c)
        .optional()?)
}

/// Supplementary rounds of a round, oldest first.
pub fn supplements(c: &mut Conn, round: RoundId) -> Result<Vec<RoundId>> {
    Ok(round_origins::table
        .filter(round_origins::origin_id.eq(round))
        .filter(round_origins::kind.eq(OriginKind::Supplement))
        .order(round_origins::round_id)
        .select(round_origins::round_id)
        .load(c)?)
}
