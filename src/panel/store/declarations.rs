//! Queries of declarations.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::declarations;
use crate::error::Result;
use crate::ids::{DeclarationId, EvaluationId, PanelMemberId, UserId};

/// An undertaking as signed, with the ties declared along with it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = declarations)]
pub struct Declaration {
    pub id: DeclarationId,
    pub member_id: PanelMemberId,
    pub evaluation_id: EvaluationId,
    pub user_id: UserId,
    /// Which text was signed, and its SHA-256.
    pub text_version: i64,
    pub text_digest: String,
    /// JSON of the ties.
    pub ties: String,
    /// SHA-256 over all of it.
    pub digest: String,
    pub signed_at: Instant,
}

pub fn insert_declaration(c: &mut Conn, row: &Declaration) -> Result<()> {
    diesel::insert_into(declarations::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// Oldest first.
pub fn declarations(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<Declaration>> {
    Ok(declarations::table
        .filter(declarations::evaluation_id.eq(evaluation))
        .order(declarations::id)
        .select(Declaration::as_select())
        .load(c)?)
}
