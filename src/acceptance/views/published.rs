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

crate::text_enum! {
    /// Whether codes were handed out, or wait for a supervisor.
    IssueState { Issued = "issued" "已生成", Waits = "waits" "等督导员同意" }
}

/// Where codes that were just handed out are shown once; while a supervisor has not agreed, that they wait (202).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IssuedShown {
    pub state: IssueState,
    pub kind: CodeKind,
    pub count: i64,
    /// Where they are shown: for five minutes, to who asked for them, once. None while they wait.
    #[schema(example = "/api/v1/acceptances/1234567890123/slips/4f1c2d3e")]
    pub slips: Option<String>,
    /// Always empty: the codes are in no answer but the one at `slips`.
    pub codes: Vec<String>,
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
            state: match self.waits() {
                true => IssueState::Waits,
                false => IssueState::Issued,
            },
            kind: self.slips.kind,
            count: self.slips.count,
            slips: self.slips.code.is_some().then(|| self.address()),
            codes: Vec::new(),
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(verb, &self.on.acceptance)
    }

    fn waits(&self) -> bool {
        self.slips.code.is_none()
    }

    fn href(&self) -> String {
        let acceptance = format!("/acceptances/{}", self.slips.acceptance);
        match &self.slips.code {
            Some(code) => format!("{acceptance}/slips/{code}"),
            None => acceptance,
        }
    }
}
