//! Voting codes, of which digests are kept: handed out, used, voided.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::acceptance::CodeKind;
use crate::db::Conn;
use crate::db::schema::voting_codes;
use crate::error::Result;
use crate::ids::AcceptanceId;

pub fn insert_code(
    c: &mut Conn,
    digest: &str,
    acceptance: AcceptanceId,
    kind: CodeKind,
) -> Result<()> {
    diesel::insert_into(voting_codes::table)
        .values((
            voting_codes::code_digest.eq(digest),
            voting_codes::acceptance_id.eq(acceptance),
            voting_codes::kind.eq(kind),
            voting_codes::used.eq(false),
        ))
        .execute(c)?;
    Ok(())
}

/// Voids the codes of a kind that nobody has used; how many there were.
pub fn void_unused(c: &mut Conn, acceptance: AcceptanceId, kind: CodeKind) -> Result<i64> {
    let rows = diesel::update(
        voting_codes::table
            .filter(voting_codes::acceptance_id.eq(acceptance))
            .filter(voting_codes::kind.eq(kind))
            .filter(voting_codes::used.eq(false))
            .filter(voting_codes::voided.eq(false)),
    )
    .set(voting_codes::voided.eq(true))
    .execute(c)?;
    Ok(i64::try_from(rows).unwrap_or(i64::MAX))
}

/// A code: what it is for, and whether it is still good.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Code {
    pub acceptance: AcceptanceId,
    pub kind: CodeKind,
    pub used: bool,
    pub voided: bool,
}

pub fn code(c: &mut Conn, digest: &str) -> Result<Option<Code>> {
    Ok(voting_codes::table
        .find(digest.to_owned())
        .select((
            voting_codes::acceptance_id,
            voting_codes::kind,
            voting_codes::used,
            voting_codes::voided,
        ))
        .first(c)
        .optional()?)
}

/// Uses the code up; false if somebody was faster.
pub fn claim(c: &mut Conn, digest: &str) -> Result<bool> {
    let rows = diesel::update(
        voting_codes::table
            .find(digest.to_owned())
            .filter(voting_codes::used.eq(false))
            .filter(voting_codes::voided.eq(false)),
    )
    .set(voting_codes::used.eq(true))
    .execute(c)?;
    Ok(rows == 1)
}

/// Codes of an acceptance, for ballots and questionnaires: handed out = voided + used + not used yet.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct CodeCounts {
    #[serde(rename = "ballots_issued")]
    pub ballots: i64,
    /// Handed out, lost or spoilt, and good for nothing since.
    pub ballots_voided: i64,
    /// Cast ballots = used codes.
    #[serde(rename = "ballots_cast")]
    pub ballots_used: i64,
    #[serde(rename = "questionnaires_issued")]
    pub questionnaires: i64,
    pub questionnaires_voided: i64,
    #[serde(rename = "questionnaires_cast")]
    pub questionnaires_used: i64,
}

impl CodeCounts {
    /// Handed out and still good.
    pub fn unused(&self) -> i64 {
        self.ballots + self.questionnaires
            - self.ballots_voided
            - self.questionnaires_voided
            - self.ballots_used
            - self.questionnaires_used
    }
}

pub fn code_counts(c: &mut Conn, acceptance: AcceptanceId) -> Result<CodeCounts> {
    let rows: Vec<(CodeKind, bool, bool, i64)> = voting_codes::table
        .filter(voting_codes::acceptance_id.eq(acceptance))
        .group_by((voting_codes::kind, voting_codes::used, voting_codes::voided))
        .select((
            voting_codes::kind,
            voting_codes::used,
            voting_codes::voided,
            diesel::dsl::count_star(),
        ))
        .load(c)?;
    let mut counts = CodeCounts::default();
    for (kind, used, voided, count) in rows {
        let (issued, void, cast) = match kind {
            CodeKind::Ballot => (
                &mut counts.ballots,
                &mut counts.ballots_voided,
                &mut counts.ballots_used,
            ),
            CodeKind::Questionnaire => (
                &mut counts.questionnaires,
                &mut counts.questionnaires_voided,
                &mut counts.questionnaires_used,
            ),
        };
        *issued += count;
        *void += if voided { count } else { 0 };
        *cast += if used { count } else { 0 };
    }
    Ok(counts)
}
