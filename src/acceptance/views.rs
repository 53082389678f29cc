//! What is shown of an acceptance, to pages and programs alike. Before the closing it is counts, never contents.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use super::boxes::{Ballots, Questionnaires};
use super::store::{self, Acceptance, Question};
use super::{AcceptanceState, Choice, CodeKind, QuestionKind, rules};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{AcceptanceId, OrganizationId, ProjectId, QuestionId, UserId};
use crate::marks::Mark;
use crate::numbers::rules::Dropped;
use crate::projects::Grade;
use crate::scoring;
use crate::seats::{self, Seat};
use crate::{people, projects};

/// One of the panel, and whether the sheet is in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewerShown {
    pub user_id: UserId,
    pub name: String,
    pub seat: Seat,
    pub submitted: bool,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuestionShown {
    pub id: QuestionId,
    pub kind: QuestionKind,
    pub body: String,
    pub options: Vec<String>,
}

impl QuestionShown {
    pub fn of(question: &Question) -> Result<Self> {
        Ok(Self {
            id: question.id,
            kind: question.kind,
            body: question.body.clone(),
            options: question.options()?,
        })
    }
}

/// One of the four instruments in the result.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartShown {
    #[schema(example = "onsite")]
    pub instrument: &'static str,
    #[schema(example = "实地评审")]
    pub label: &'static str,
    /// Per cent, as the round set it.
    pub weight: i64,
    /// None where the instrument has no score: its weight goes to the others in proportion.
    pub score: Option<Mark>,
}

/// One sheet of the on-site panel, under its alias.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SheetLine {
    #[schema(example = "R1")]
    pub reviewer: String,
    pub marks: Vec<Mark>,
    pub total: Mark,
    /// `highest` or `lowest` if trimmed.
    pub dropped: Option<&'static str>,
    pub notes: String,
}

/// A question and how it was answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuestionResult {
    pub body: String,
    pub kind: QuestionKind,
    /// Labels of the counts.
    pub options: Vec<String>,
    pub counts: Vec<i64>,
    /// Sorted, so that no order is left.
    pub texts: Vec<String>,
}

/// Everything behind the total.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = AcceptanceResultShown)]
pub struct ResultShown {
    pub parts: Vec<PartShown>,
    pub total: Mark,
    /// What the total says; the decision may have lowered 优秀 to 良好.
    pub grade_found: Grade,
    /// Names of the on-site criteria, in the order of the marks.
    pub criteria: Vec<String>,
    pub sheets: Vec<SheetLine>,
    /// Ballots per choice.
    pub ballots: BTreeMap<Choice, i64>,
    pub questions: Vec<QuestionResult>,
}

/// One acceptance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AcceptanceShown {
    pub id: AcceptanceId,
    pub project_id: ProjectId,
    pub project: String,
    pub organization_id: OrganizationId,
    pub organization: String,
    /// 1, or 2 after rectification.
    pub attempt: i64,
    pub state: AcceptanceState,
    pub onsite_weight: i64,
    pub questionnaire_weight: i64,
    pub appraisal_weight: i64,
    pub process_weight: i64,
    pub eligible_voters: i64,
    pub minimum_turnout: i64,
    pub minimum_answers: i64,
    pub ballots_issued: i64,
    /// Cast ballots = used codes.
    pub ballots_cast: i64,
    pub questionnaires_issued: i64,
    pub questionnaires_cast: i64,
    pub reviewers: Vec<ReviewerShown>,
    pub questions: Vec<QuestionShown>,
    /// From the closing on.
    pub result: Option<ResultShown>,
    pub grade: Option<Grade>,
    pub decision_note: Option<String>,
    /// The code of the certificate, verified at `/certificates/{code}`.
    pub certificate: Option<String>,
    pub opened_at: Instant,
    pub closed_at: Option<Instant>,
    pub decided_at: Option<Instant>,
    pub version: i64,
}

pub fn shown(c: &mut Conn, acceptance: &Acceptance) -> Result<AcceptanceShown> {
    let project = projects::find(c, acceptance.project_id)?;
    let organization = people::organization(c, project.organization_id)?.short_name;
    let counts = store::code_counts(c, acceptance.id)?;
    let questions = store::questions(c, acceptance.id)?;
    let panel = seats::panel(c, acceptance.evaluation_id)?;
    let ids: Vec<UserId> = panel.iter().map(|member| member.user_id).collect();
    let names = people::user_names(c, &ids)?;
    let sheets = scoring::sheets_of(c, acceptance.evaluation_id, acceptance.id.0)?;
    let reviewers = panel
        .iter()
        .map(|member| ReviewerShown {
            user_id: member.user_id,
            name: names.get(&member.user_id).cloned().unwrap_or_default(),
            seat: member.seat,
            submitted: sheets
                .iter()
                .any(|sheet| sheet.reviewer_id == member.user_id && sheet.counts()),
        })
        .collect();
    Ok(AcceptanceShown {
        id: acceptance.id,
        project_id: acceptance.project_id,
        project: project.title,
        organization_id: project.organization_id,
        organization,
        attempt: acceptance.attempt,
        state: acceptance.state,
        onsite_weight: acceptance.onsite_weight,
        questionnaire_weight: acceptance.questionnaire_weight,
        appraisal_weight: acceptance.appraisal_weight,
        process_weight: acceptance.process_weight,
        eligible_voters: acceptance.eligible_voters,
        minimum_turnout: acceptance.minimum_turnout,
        minimum_answers: acceptance.minimum_answers,
        ballots_issued: counts.ballots,
        ballots_cast: counts.ballots_used,
        questionnaires_issued: counts.questionnaires,
        questionnaires_cast: counts.questionnaires_used,
        reviewers,
        questions: questions
            .iter()
            .map(QuestionShown::of)
            .collect::<Result<_>>()?,
        result: match acceptance.state {
            AcceptanceState::Open => None,
            AcceptanceState::Closed | AcceptanceState::Decided => {
                result(c, acceptance, &questions)?
            }
        },
        grade: acceptance.grade,
        decision_note: acceptance.decision_note.clone(),
        certificate: acceptance.certificate.clone(),
        opened_at: acceptance.opened_at,
        closed_at: acceptance.closed_at,
        decided_at: acceptance.decided_at,
        version: acceptance.version,
    })
}

fn result(
    c: &mut Conn,
    acceptance: &Acceptance,
    questions: &[Question],
) -> Result<Option<ResultShown>> {
    let Some(total) = acceptance.total else {
        return Ok(None);
    };
    let part = |instrument, label, weight, score: Option<i64>| PartShown {
        instrument,
        label,
        weight,
        score: score.map(Mark),
    };
    let criteria = seats::criteria(c, acceptance.evaluation_id)?;
    let aliases: HashMap<UserId, String> = seats::panel(c, acceptance.evaluation_id)?
        .into_iter()
        .map(|member| (member.user_id, member.alias))
        .collect();
    let (score, counted) = scoring::score_on_site(c, acceptance.evaluation_id, acceptance.id.0)?;
    let dropped = score.map(|score| score.dropped).unwrap_or_default();
    let mut sheets = Vec::new();
    for sheet in counted {
        let given: HashMap<_, _> = sheet
            .marks()?
            .into_iter()
            .map(|given| (given.criterion_id, given.mark.unwrap_or(0)))
            .collect();
        sheets.push(SheetLine {
            reviewer: aliases.get(&sheet.reviewer_id).cloned().unwrap_or_default(),
            marks: criteria
                .iter()
                .map(|criterion| Mark(given.get(&criterion.id).copied().unwrap_or(0)))
                .collect(),
            total: Mark(sheet.total),
            dropped: dropped
                .iter()
                .find(|(id, _)| *id == sheet.id.0)
                .map(|(_, end)| match end {
                    Dropped::Highest => "highest",
                    Dropped::Lowest => "lowest",
                }),
            notes: sheet.notes,
        });
    }
    sheets.sort_by(|a, b| a.reviewer.cmp(&b.reviewer));
    let ballots = store::ballot_box(c, acceptance.id, CodeKind::Ballot)?;
    let filled = store::ballot_box(c, acceptance.id, CodeKind::Questionnaire)?;
    let filled = Questionnaires::read(&filled.content)?;
    Ok(Some(ResultShown {
        parts: vec![
            part(
                "onsite",
                "实地评审",
                acceptance.onsite_weight,
                acceptance.onsite_score,
            ),
            part(
                "questionnaire",
                "问卷调查",
                acceptance.questionnaire_weight,
                acceptance.questionnaire_score,
            ),
            part(
                "appraisal",
                "民主测评",
                acceptance.appraisal_weight,
                acceptance.appraisal_score,
            ),
            part(
                "process",
                "过程",
                acceptance.process_weight,
                acceptance.process_score,
            ),
        ],
        total: Mark(total),
        grade_found: rules::grade(total),
        criteria: criteria
            .into_iter()
            .map(|criterion| criterion.name)
            .collect(),
        sheets,
        ballots: Ballots::read(&ballots.content)?
            .tallies()
            .into_iter()
            .collect(),
        questions: questions
            .iter()
            .map(|question| question_result(question, &filled))
            .collect::<Result<_>>()?,
    }))
}

/// The five words of a Likert question, from 1 to 5.
pub const LIKERT: [&str; 5] = ["很不同意", "不同意", "一般", "同意", "非常同意"];

fn question_result(question: &Question, filled: &Questionnaires) -> Result<QuestionResult> {
    let options: Vec<String> = match question.kind {
        QuestionKind::Likert => LIKERT.iter().map(|word| (*word).to_owned()).collect(),
        QuestionKind::Single | QuestionKind::Multiple | QuestionKind::Text => question.options()?,
    };
    let answers = filled.of(question.id);
    let counts = (0..options.len())
        .map(|place| answers.counts.get(place).copied().unwrap_or(0))
        .collect();
    Ok(QuestionResult {
        body: question.body.clone(),
        kind: question.kind,
        options,
        counts,
        texts: answers.texts,
    })
}

/// The published receipts, sorted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReceiptsShown {
    pub ballots: Vec<String>,
    pub questionnaires: Vec<String>,
}

pub fn receipts(c: &mut Conn, id: AcceptanceId) -> Result<ReceiptsShown> {
    let of = |c: &mut Conn, kind| -> Result<Vec<String>> {
        let found = store::ballot_box(c, id, kind)?;
        Ok(serde_json::from_str(&found.receipts)?)
    };
    Ok(ReceiptsShown {
        ballots: of(c, CodeKind::Ballot)?,
        questionnaires: of(c, CodeKind::Questionnaire)?,
    })
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
