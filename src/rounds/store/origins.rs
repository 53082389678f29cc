//! Queries of rounds made from others.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Conn;
use crate::db::schema::round_origins;
use crate::error::Result;
use crate::ids::RoundId;
use crate::rounds::OriginKind;

/// Which round this one was made from.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = round_origins)]
pub struct Origin {
    #[serde(skip)]
    pub round_id: RoundId,
    #[serde(rename = "round_id")]
    pub origin_id: RoundId,
    #[serde(rename = "as")]
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
