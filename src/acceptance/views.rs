//! What is shown of an acceptance, to pages and programs alike. Before the closing it is counts, never contents.

mod published;

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use super::boxes::{Ballots, Questionnaires};
use super::scene::{self, AcceptanceScene, SheetScene};
use super::store::{self, Acceptance, CodeAsk, CodeCounts, Note, Question};
use super::{Choice, CodeKind, QuestionKind, rules};
use crate::audit::{self, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{AcceptanceId, CriterionId, OrganizationId, UserId};
use crate::marks::Mark;
use crate::numbers::rules::Dropped;
use crate::projects::Grade;
use crate::scoring::{self, MarkGiven, ScoreSheet, SheetState};
use crate::seats::{self, Seat};
use crate::verbs::Subject;
use crate::who::Actor;
use crate::{people, projects, sealing};

pub use published::{
    CertificateShown, IssuedShown, ReceiptsShown, SlipsShown, certificate, receipts,
};

/// One of the panel, and whether the sheet is in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReviewerShown {
    pub user_id: UserId,
    pub name: String,
    pub seat: Seat,
    pub submitted: bool,
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

/// How many codes there are.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct CountsShown {
    pub ballots_issued: i64,
    /// Handed out, lost or spoilt, and good for nothing since.
    pub ballots_voided: i64,
    /// Cast ballots = used codes.
    pub ballots_cast: i64,
    pub questionnaires_issued: i64,
    pub questionnaires_voided: i64,
    pub questionnaires_cast: i64,
}

impl From<CodeCounts> for CountsShown {
    fn from(counts: CodeCounts) -> Self {
        let (ballots, questionnaires) = (counts.ballots, counts.questionnaires);
        Self {
            ballots_issued: ballots.issued,
            ballots_voided: ballots.voided,
            ballots_cast: ballots.cast,
            questionnaires_issued: questionnaires.issued,
            questionnaires_voided: questionnaires.voided,
            questionnaires_cast: questionnaires.cast,
        }
    }
}

/// One acceptance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AcceptanceShown {
    #[serde(flatten)]
    pub acceptance: Acceptance,
    pub project: String,
    pub organization_id: OrganizationId,
    pub organization: String,
    #[serde(flatten)]
    pub counts: CountsShown,
    /// 发出、作废、收回、有效、弃权: public, too, beside the receipts.
    pub tally: CodeCounts,
    pub reviewers: Vec<ReviewerShown>,
    /// Codes asked for that are not handed out yet.
    pub asked: Vec<CodeAsk>,
    /// What was put right on the way, and why.
    pub notes: Vec<Note>,
    pub questions: Vec<Question>,
    /// Fingerprint of the key that votes are sealed to (SHA-256 of its public half), once codes were handed out.
    pub box_key: Option<String>,
    /// From the closing on.
    pub result: Option<ResultShown>,
}

pub fn shown(c: &mut Conn, acceptance: &Acceptance) -> Result<AcceptanceShown> {
    let project = projects::find(c, acceptance.project_id)?;
    let organization = people::organization(c, project.organization_id)?.short_name;
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
    let counts = store::code_counts(c, acceptance.id)?;
    Ok(AcceptanceShown {
        project: project.title,
        organization_id: project.organization_id,
        organization,
        counts: counts.into(),
        tally: counts,
        box_key: sealing::box_fingerprint(c, acceptance.id)?,
        asked: store::asks(c, acceptance.id)?,
        notes: store::notes(c, acceptance.id)?,
        reviewers,
        result: result(c, acceptance, &questions)?,
        questions,
        acceptance: acceptance.clone(),
    })
}

/// Nothing before the closing.
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

/// A criterion of the on-site score sheet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AcceptanceCriterionShown)]
pub struct CriterionShown {
    pub id: CriterionId,
    pub name: String,
    pub description: String,
    pub full_marks: Mark,
}

/// A mark given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AcceptanceMarkShown)]
pub struct MarkShown {
    pub criterion_id: CriterionId,
    pub mark: Option<Mark>,
    pub comment: String,
}

/// One's own on-site score sheet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AcceptanceSheetShown)]
pub struct SheetShown {
    pub acceptance_id: AcceptanceId,
    pub criteria: Vec<CriterionShown>,
    /// None before the first saving.
    pub state: Option<SheetState>,
    pub marks: Vec<MarkShown>,
    pub total: Mark,
    pub notes: String,
    pub submitted_at: Option<Instant>,
    /// 0 before the first saving.
    pub version: i64,
}

impl Subject for AcceptanceScene {
    type Shown = AcceptanceShown;

    fn shown(&self, c: &mut Conn, _: &Actor, _: Instant) -> Result<AcceptanceShown> {
        shown(c, &self.acceptance)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(verb, &self.acceptance)
    }

    fn href(&self) -> String {
        format!("/acceptances/{}", self.acceptance.id)
    }
}

impl Subject for SheetScene {
    type Shown = SheetShown;

    fn shown(&self, c: &mut Conn, _: &Actor, _: Instant) -> Result<SheetShown> {
        let sheet = self.sheet.as_ref();
        let marks: Vec<MarkGiven> = sheet
            .map(ScoreSheet::marks)
            .transpose()?
            .unwrap_or_default();
        Ok(SheetShown {
            acceptance_id: self.acceptance.id,
            criteria: seats::criteria(c, self.acceptance.evaluation_id)?
                .into_iter()
                .map(|criterion| CriterionShown {
                    id: criterion.id,
                    name: criterion.name,
                    description: criterion.description,
                    full_marks: criterion.full_marks,
                })
                .collect(),
            state: sheet.map(|sheet| sheet.state),
            marks: marks
                .into_iter()
                .map(|given| MarkShown {
                    criterion_id: given.criterion_id,
                    mark: given.mark.map(Mark),
                    comment: given.comment,
                })
                .collect(),
            total: Mark(sheet.map_or(0, |sheet| sheet.total)),
            notes: sheet.map(|sheet| sheet.notes.clone()).unwrap_or_default(),
            submitted_at: sheet.and_then(|sheet| sheet.submitted_at),
            version: sheet.map_or(0, |sheet| sheet.version),
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(verb, &self.acceptance)
    }

    fn href(&self) -> String {
        format!("/acceptances/{}", self.acceptance.id)
    }
}
