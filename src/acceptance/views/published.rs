//! What is shown to whoever holds a code, a receipt or a certificate.

use serde::Serialize;
use utoipa::ToSchema;

use crate::acceptance::CodeKind;
use crate::acceptance::scene::{self, IssuedScene};
use crate::acceptance::store::{self, CodeCounts, CodeIssue};
use crate::audit::{self, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::AcceptanceId;
use crate::projects::Grade;
use crate::verbs::Subject;
use crate::who::Actor;
use crate::{people, projects};

/// What anybody may hold against the result: how many codes there were, and the receipts, sorted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReceiptsShown {
    /// Empty until the boxes are opened.
    pub ballots: Vec<String>,
    pub questionnaires: Vec<String>,
    pub tally: CodeCounts,
    /// Every time codes were handed out or ended, and how many.
    pub issues: Vec<CodeIssue>,
}

pub fn receipts(c: &mut Conn, id: AcceptanceId) -> Result<ReceiptsShown> {
    Ok(ReceiptsShown {
        ballots: store::ballot_box(c, id, CodeKind::Ballot)?.receipts()?,
        questionnaires: store::ballot_box(c, id, CodeKind::Questionnaire)?.receipts()?,
        tally: store::code_counts(c, id)?,
        issues: store::issues(c, id)?,
    })
}

/// Where codes that were just handed out are shown once.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IssuedShown {
    pub kind: CodeKind,
    pub count: i64,
    /// For five minutes, to who asked for them, once.
    #[schema(example = "/api/v1/acceptances/1234567890123/slips/4f1c2d3e")]
    pub slips: String,
}

/// The codes themselves.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SlipsShown {
    pub kind: CodeKind,
    #[schema(example = json!(["K7QM-3WXP-ABCD"]))]
    pub codes: Vec<String>,
    /// Where each code is used: this address and the code.
    pub vote_url: String,
}

/// What a certificate proves.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CertificateShown {
    pub code: String,
    pub project: String,
    pub organization: String,
    pub committee: String,
    pub grade: Grade,
    pub decided_at: Instant,
}

/// The certificate with this code, however it was typed.
pub fn certificate(c: &mut Conn, code: &str) -> Result<CertificateShown> {
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    let acceptance = store::by_certificate(c, &code)?;
    let project = projects::find(c, acceptance.project_id)?;
    Ok(CertificateShown {
        code,
        project: project.title,
        organization: people::organization(c, project.organization_id)?.name,
        committee: people::organization(c, acceptance.committee_id)?.name,
        grade: acceptance.grade.unwrap_or(Grade::Qualified),
        decided_at: acceptance.decided_at.unwrap_or(acceptance.opened_at),
    })
}

impl Subject for IssuedScene {
    type Shown = IssuedShown;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<IssuedShown> {
        Ok(IssuedShown {
            kind: self.slips.kind,
            count: self.slips.count,
            slips: self.address(),
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(verb, &self.on.acceptance)
    }

    fn href(&self) -> String {
        format!(
            "/acceptances/{}/slips/{}",
            self.slips.acceptance, self.slips.code
        )
    }
}
