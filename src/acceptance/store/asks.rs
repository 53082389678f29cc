//! Codes the office asked for without a supervisor beside it.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::acceptance::{AcceptanceState, CodeKind};
use crate::clock::Instant;
use crate::db::schema::{acceptances, code_asks, organizations, projects};
use crate::db::{Conn, MultiBackend};
use crate::error::Result;
use crate::ids::{AcceptanceId, UserId};

/// So many codes of a kind are asked for; a supervisor agrees, and the office has them made.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = code_asks)]
pub struct CodeAsk {
    #[serde(skip)]
    pub id: i64,
    #[serde(skip)]
    pub acceptance_id: AcceptanceId,
    pub kind: CodeKind,
    pub count: i64,
    pub asked_by: UserId,
    pub asked_at: Instant,
    /// The supervisor who agreed to this number.
    pub agreed_by: Option<UserId>,
    pub agreed_at: Option<Instant>,
}

pub fn asks(c: &mut Conn, acceptance: AcceptanceId) -> Result<Vec<CodeAsk>> {
    Ok(code_asks::table
        .filter(code_asks::acceptance_id.eq(acceptance))
        .order(code_asks::kind)
        .select(CodeAsk::as_select())
        .load(c)?)
}

pub fn asked(c: &mut Conn, acceptance: AcceptanceId, kind: CodeKind) -> Result<Option<CodeAsk>> {
    let all = asks(c, acceptance)?;
    Ok(all.into_iter().find(|ask| ask.kind == kind))
}

/// What was asked for before is asked for no more.
pub fn ask(c: &mut Conn, row: &CodeAsk) -> Result<()> {
    end_ask(c, row.acceptance_id, row.kind)?;
    diesel::insert_into(code_asks::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn agree(c: &mut Conn, id: i64, by: UserId, at: Instant) -> Result<()> {
    diesel::update(code_asks::table.find(id))
        .set((
            code_asks::agreed_by.eq(Some(by)),
            code_asks::agreed_at.eq(Some(at)),
        ))
        .execute(c)?;
    Ok(())
}

pub fn end_ask(c: &mut Conn, acceptance: AcceptanceId, kind: CodeKind) -> Result<()> {
    diesel::delete(
        code_asks::table
            .filter(code_asks::acceptance_id.eq(acceptance))
            .filter(code_asks::kind.eq(kind)),
    )
    .execute(c)?;
    Ok(())
}

/// What is asked for in running acceptances of the committees under these paths and waits for a supervisor, or, agreed to,
/// for the office; with the project's title.
pub fn asks_waiting(
    c: &mut Conn,
    paths: Vec<String>,
    agreed: bool,
) -> Result<Vec<(CodeAsk, String)>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = code_asks::table
        .inner_join(acceptances::table.inner_join(projects::table))
        .inner_join(organizations::table.on(organizations::id.eq(acceptances::committee_id)))
        .order(code_asks::id)
        .limit(crate::todo::MOST)
        .select((CodeAsk::as_select(), projects::title))
        .into_boxed::<MultiBackend>();
    for path in paths {
        query = query.or_filter(organizations::path.like(format!("{path}%")));
    }
    Ok(query
        .filter(acceptances::state.eq(AcceptanceState::Open))
        .filter(code_asks::agreed_at.is_not_null().eq(agreed))
        .load(c)?)
}
