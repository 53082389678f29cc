//! Voting codes, of which digests are kept: handed out, voided. Which are used is known in their box alone. And the public
//! tally of how many.

use std::collections::HashSet;

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::{BallotBox, ballot_box};
use crate::acceptance::{CodeAct, CodeKind};
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{code_issues, voting_codes};
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
            voting_codes::voided.eq(false),
        ))
        .execute(c)?;
    Ok(())
}

/// No code of a kind handed out until now is good for voting any more. All alike: which of them were used is not told.
pub fn end_codes(c: &mut Conn, acceptance: AcceptanceId, kind: CodeKind) -> Result<()> {
    diesel::update(
        voting_codes::table
            .filter(voting_codes::acceptance_id.eq(acceptance))
            .filter(voting_codes::kind.eq(kind))
            .filter(voting_codes::voided.eq(false)),
    )
    .set(voting_codes::voided.eq(true))
    .execute(c)?;
    Ok(())
}

/// A code: what it is for, and whether it was handed out before others were voided.
#[derive(Debug, Clone, Copy, Queryable)]
pub struct Code {
    pub acceptance: AcceptanceId,
    pub kind: CodeKind,
    pub voided: bool,
}

pub fn code(c: &mut Conn, digest: &str) -> Result<Option<Code>> {
    Ok(voting_codes::table
        .find(digest.to_owned())
        .select((
            voting_codes::acceptance_id,
            voting_codes::kind,
            voting_codes::voided,
        ))
        .first(c)
        .optional()?)
}

/// The digests of all codes of a kind.
pub fn digests(c: &mut Conn, acceptance: AcceptanceId, kind: CodeKind) -> Result<HashSet<String>> {
    let found: Vec<String> = voting_codes::table
        .filter(voting_codes::acceptance_id.eq(acceptance))
        .filter(voting_codes::kind.eq(kind))
        .select(voting_codes::code_digest)
        .load(c)?;
    Ok(found.into_iter().collect())
}

/// So many codes were handed out, or ended.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = code_issues)]
pub struct CodeIssue {
    #[serde(skip)]
    pub acceptance_id: AcceptanceId,
    pub kind: CodeKind,
    #[serde(skip)]
    pub nth: i64,
    pub act: CodeAct,
    pub count: i64,
    pub created_at: Instant,
}

/// Adds a line to the tally. The box's turn orders those who do.
pub fn tell(
    c: &mut Conn,
    (acceptance, kind): (AcceptanceId, CodeKind),
    (act, count): (CodeAct, i64),
    now: Instant,
) -> Result<()> {
    let last: Option<i64> = code_issues::table
        .filter(code_issues::acceptance_id.eq(acceptance))
        .filter(code_issues::kind.eq(kind))
        .select(diesel::dsl::max(code_issues::nth))
        .first(c)?;
    let row = CodeIssue {
        acceptance_id: acceptance,
        kind,
        nth: last.unwrap_or(0) + 1,
        act,
        count,
        created_at: now,
    };
    diesel::insert_into(code_issues::table)
        .values(&row)
        .execute(c)?;
    Ok(())
}

/// The tally, in the order it was told.
pub fn issues(c: &mut Conn, acceptance: AcceptanceId) -> Result<Vec<CodeIssue>> {
    Ok(code_issues::table
        .filter(code_issues::acceptance_id.eq(acceptance))
        .order((code_issues::created_at, code_issues::kind, code_issues::nth))
        .select(CodeIssue::as_select())
        .load(c)?)
}

/// Codes of one kind: handed out = voided + cast + not used yet (`unused` once that is for good).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tally {
    /// 发出: handed out, those voided since among them.
    pub issued: i64,
    /// 作废: lost or spoilt, and good for nothing since.
    pub voided: i64,
    /// 收回: used. As many as votes in the box.
    pub cast: i64,
    /// 有效: counted in the result; 0 until the closing.
    pub valid: i64,
    /// 弃权: still not used at the closing, and void from then on; 0 until then.
    pub abstained: i64,
}

impl Tally {
    /// Still good for voting.
    pub fn open(&self) -> i64 {
        self.issued - self.voided - self.cast - self.abstained
    }
}

/// Codes of an acceptance, for ballots and questionnaires.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct CodeCounts {
    pub ballots: Tally,
    pub questionnaires: Tally,
}

impl CodeCounts {
    pub fn of(&self, kind: CodeKind) -> &Tally {
        match kind {
            CodeKind::Ballot => &self.ballots,
            CodeKind::Questionnaire => &self.questionnaires,
        }
    }

    pub fn open(&self) -> i64 {
        self.ballots.open() + self.questionnaires.open()
    }
}

pub fn code_counts(c: &mut Conn, acceptance: AcceptanceId) -> Result<CodeCounts> {
    let told = issues(c, acceptance)?;
    Ok(CodeCounts {
        ballots: tally(&told, &ballot_box(c, acceptance, CodeKind::Ballot)?)?,
        questionnaires: tally(&told, &ballot_box(c, acceptance, CodeKind::Questionnaire)?)?,
    })
}

fn tally(told: &[CodeIssue], of: &BallotBox) -> Result<Tally> {
    let mut tally = Tally {
        cast: of.votes,
        valid: of.counted()?,
        ..Tally::default()
    };
    for issue in told.iter().filter(|issue| issue.kind == of.kind) {
        match issue.act {
            CodeAct::Issued => tally.issued += issue.count,
            CodeAct::Voided => tally.voided += issue.count,
            CodeAct::Unused => tally.abstained += issue.count,
        }
    }
    Ok(tally)
}
