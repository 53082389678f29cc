//! Queries of acceptances, questions, codes and boxes.

mod asks;
mod codes;
mod list;

pub use list::{AcceptanceLine, Wanted, list};

pub use asks::{CodeAsk, agree, ask, asked, asks, asks_waiting, end_ask};
pub use codes::{
    Code, CodeCounts, CodeIssue, Tally, code, code_counts, digests, end_codes, insert_code, issues,
    tell,
};

use diesel::prelude::*;
use serde::{Serialize, Serializer, ser};
use utoipa::ToSchema;

use super::{AcceptanceState, CodeKind, QuestionKind};
use crate::clock::Instant;
use crate::db::schema::{
    acceptance_notes, acceptances, ballot_boxes, contracts, organizations, panel_members, projects,
    questions, score_sheets,
};
use crate::db::{Conn, MultiBackend, changed};
use crate::error::Result;
use crate::ids::{
    AcceptanceId, BoxId, EvaluationId, OrganizationId, ProjectId, QuestionId, RoundId, UserId,
};
use crate::projects::Grade;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = acceptances)]
#[schema(as = AcceptanceRow)]
pub struct Acceptance {
    pub id: AcceptanceId,
    pub project_id: ProjectId,
    #[serde(skip)]
    pub committee_id: OrganizationId,
    #[serde(skip)]
    pub evaluation_id: EvaluationId,
    /// 1, or 2 after rectification.
    pub attempt: i64,
    pub state: AcceptanceState,
    /// Weights in per cent.
    pub onsite_weight: i64,
    pub questionnaire_weight: i64,
    pub appraisal_weight: i64,
    pub process_weight: i64,
    pub eligible_voters: i64,
    pub minimum_turnout: i64,
    /// 0 without questions.
    pub minimum_answers: i64,
    /// Scores in hundredths, from the closing on.
    #[serde(skip)]
    pub onsite_score: Option<i64>,
    /// None also without a Likert question.
    #[serde(skip)]
    pub questionnaire_score: Option<i64>,
    #[serde(skip)]
    pub appraisal_score: Option<i64>,
    #[serde(skip)]
    pub process_score: Option<i64>,
    #[serde(skip)]
    pub total: Option<i64>,
    pub grade: Option<Grade>,
    pub decision_note: Option<String>,
    /// The code of the certificate, verified at `/certificates/{code}`.
    pub certificate: Option<String>,
    pub opened_at: Instant,
    pub closed_at: Option<Instant>,
    pub decided_at: Option<Instant>,
    pub version: i64,
    #[serde(skip)]
    pub voters_confirmed_by: Option<UserId>,
    /// When the supervisor confirmed the number of voters as it is now.
    pub voters_confirmed_at: Option<Instant>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = questions)]
#[schema(as = QuestionShown)]
pub struct Question {
    pub id: QuestionId,
    #[serde(skip)]
    pub acceptance_id: AcceptanceId,
    #[serde(skip)]
    pub position: i64,
    pub kind: QuestionKind,
    pub body: String,
    /// JSON of strings.
    #[serde(serialize_with = "listed")]
    #[schema(value_type = Vec<String>)]
    pub options: String,
}

fn listed<S: Serializer>(options: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let options: Vec<String> = serde_json::from_str(options).map_err(ser::Error::custom)?;
    options.serialize(serializer)
}

impl Question {
    pub fn options(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_str(&self.options)?)
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = ballot_boxes)]
pub struct BallotBox {
    pub id: BoxId,
    pub acceptance_id: AcceptanceId,
    pub kind: CodeKind,
    pub content: String,
    pub receipts: String,
    pub turn: i64,
    /// Cast until now.
    pub votes: i64,
    /// What lies in it while it runs, see [`super::sealed`].
    pub sealed: Option<Vec<u8>>,
}

impl BallotBox {
    /// The receipts that are published.
    pub fn receipts(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_str(&self.receipts)?)
    }

    /// Votes that are counted: all of them once the box was opened, of old times those of before.
    pub fn counted(&self) -> Result<i64> {
        Ok(i64::try_from(self.receipts()?.len()).unwrap_or(i64::MAX))
    }
}

pub fn find(c: &mut Conn, id: AcceptanceId) -> Result<Acceptance> {
    Ok(acceptances::table
        .find(id)
        .select(Acceptance::as_select())
        .first(c)?)
}

/// The latest first.
pub fn of_project(c: &mut Conn, project: ProjectId) -> Result<Vec<Acceptance>> {
    Ok(acceptances::table
        .filter(acceptances::project_id.eq(project))
        .order(acceptances::id.desc())
        .select(Acceptance::as_select())
        .load(c)?)
}

pub fn by_certificate(c: &mut Conn, code: &str) -> Result<Acceptance> {
    Ok(acceptances::table
        .filter(acceptances::certificate.eq(code))
        .select(Acceptance::as_select())
        .first(c)?)
}

pub fn insert(c: &mut Conn, row: &Acceptance) -> Result<()> {
    diesel::insert_into(acceptances::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// Writes state, numbers, scores and decision of `row` if nobody was faster.
pub fn update(c: &mut Conn, row: &Acceptance) -> Result<()> {
    let rows = diesel::update(
        acceptances::table
            .find(row.id)
            .filter(acceptances::version.eq(row.version)),
    )
    .set((
        acceptances::state.eq(row.state),
        acceptances::eligible_voters.eq(row.eligible_voters),
        acceptances::minimum_turnout.eq(row.minimum_turnout),
        acceptances::minimum_answers.eq(row.minimum_answers),
        acceptances::onsite_score.eq(row.onsite_score),
        acceptances::questionnaire_score.eq(row.questionnaire_score),
        acceptances::appraisal_score.eq(row.appraisal_score),
        acceptances::process_score.eq(row.process_score),
        acceptances::total.eq(row.total),
        acceptances::grade.eq(row.grade),
        acceptances::decision_note.eq(&row.decision_note),
        acceptances::certificate.eq(&row.certificate),
        acceptances::closed_at.eq(row.closed_at),
        acceptances::decided_at.eq(row.decided_at),
        acceptances::version.eq(row.version + 1),
        acceptances::voters_confirmed_by.eq(row.voters_confirmed_by),
        acceptances::voters_confirmed_at.eq(row.voters_confirmed_at),
    ))
    .execute(c)?;
    changed(rows)
}

pub fn insert_question(c: &mut Conn, row: &Question) -> Result<()> {
    diesel::insert_into(questions::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn questions(c: &mut Conn, acceptance: AcceptanceId) -> Result<Vec<Question>> {
    Ok(questions::table
        .filter(questions::acceptance_id.eq(acceptance))
        .order(questions::position)
        .select(Question::as_select())
        .load(c)?)
}

pub fn insert_box(c: &mut Conn, row: &BallotBox) -> Result<()> {
    diesel::insert_into(ballot_boxes::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn ballot_box(c: &mut Conn, acceptance: AcceptanceId, kind: CodeKind) -> Result<BallotBox> {
    Ok(ballot_boxes::table
        .filter(ballot_boxes::acceptance_id.eq(acceptance))
        .filter(ballot_boxes::kind.eq(kind))
        .select(BallotBox::as_select())
        .first(c)?)
}

/// The UPDATE that orders voters and the closing; then the box as it is.
pub fn take_turn(c: &mut Conn, acceptance: AcceptanceId, kind: CodeKind) -> Result<BallotBox> {
    Ok(diesel::update(
        ballot_boxes::table
            .filter(ballot_boxes::acceptance_id.eq(acceptance))
            .filter(ballot_boxes::kind.eq(kind)),
    )
    .set(ballot_boxes::turn.eq(ballot_boxes::turn + 1))
    .returning(ballot_boxes::all_columns)
    .get_result(c)?)
}

/// One vote more.
pub fn fill(c: &mut Conn, id: BoxId, sealed: &[u8], votes: i64) -> Result<()> {
    let rows = diesel::update(ballot_boxes::table.find(id))
        .set((
            ballot_boxes::sealed.eq(Some(sealed)),
            ballot_boxes::votes.eq(votes),
        ))
        .execute(c)?;
    changed(rows)
}

/// The box was opened, or is given up: what it held is gone, what was counted stays.
pub fn empty(c: &mut Conn, id: BoxId, content: &str, receipts: &[String]) -> Result<()> {
    let rows = diesel::update(ballot_boxes::table.find(id))
        .set((
            ballot_boxes::content.eq(content),
            ballot_boxes::receipts.eq(serde_json::to_string(receipts)?),
            ballot_boxes::sealed.eq(None::<Vec<u8>>),
        ))
        .execute(c)?;
    changed(rows)
}

/// What was put right while an acceptance ran, told beside its result.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = acceptance_notes)]
#[schema(as = AcceptanceNote)]
pub struct Note {
    #[serde(skip)]
    pub id: i64,
    #[serde(skip)]
    pub acceptance_id: AcceptanceId,
    #[schema(example = "应到人数由 180 更正为 18，最低票数为 9。")]
    pub said: String,
    pub reason: String,
    #[serde(skip)]
    pub actor_id: Option<UserId>,
    pub created_at: Instant,
}

pub fn insert_note(c: &mut Conn, row: &Note) -> Result<()> {
    diesel::insert_into(acceptance_notes::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// In the order they were made.
pub fn notes(c: &mut Conn, acceptance: AcceptanceId) -> Result<Vec<Note>> {
    Ok(acceptance_notes::table
        .filter(acceptance_notes::acceptance_id.eq(acceptance))
        .order(acceptance_notes::id)
        .select(Note::as_select())
        .load(c)?)
}

/// Projects of a round that were not terminated, and how many of them are graded 优秀.
pub fn graded(c: &mut Conn, round: RoundId) -> Result<(i64, i64)> {
    let rows: Vec<(Option<Grade>, i64)> = projects::table
        .inner_join(contracts::table)
        .filter(contracts::round_id.eq(round))
        .filter(projects::state.ne("terminated"))
        .group_by(projects::grade)
        .select((projects::grade, diesel::dsl::count_star()))
        .load(c)?;
    let all = rows.iter().map(|(_, count)| count).sum();
    let excellent = rows
        .iter()
        .filter(|(grade, _)| *grade == Some(Grade::Excellent))
        .map(|(_, count)| count)
        .sum();
    Ok((all, excellent))
}

/// Acceptances that still take marks and wait for this person's sheet, with the project's title.
pub fn marking(c: &mut Conn, user: UserId) -> Result<Vec<(Acceptance, String)>> {
    Ok(acceptances::table
        .inner_join(projects::table)
        .inner_join(
            panel_members::table.on(panel_members::evaluation_id.eq(acceptances::evaluation_id)),
        )
        .filter(acceptances::state.eq(AcceptanceState::Open))
        .filter(panel_members::user_id.eq(user))
        .filter(panel_members::removed_at.is_null())
        .filter(diesel::dsl::not(diesel::dsl::exists(
            score_sheets::table
                .filter(score_sheets::evaluation_id.eq(acceptances::evaluation_id))
                .filter(score_sheets::reviewer_id.eq(user))
                .filter(score_sheets::state.ne("draft")),
        )))
        .order(acceptances::id)
        .limit(crate::todo::MOST)
        .select((Acceptance::as_select(), projects::title))
        .load(c)?)
}

/// Acceptances of the committees under these paths in a state, with the project's title; all of them, or those whose
/// number of voters is not confirmed yet.
pub fn waiting(
    c: &mut Conn,
    paths: Vec<String>,
    state: AcceptanceState,
    unconfirmed: bool,
) -> Result<Vec<(Acceptance, String)>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = acceptances::table
        .inner_join(projects::table)
        .inner_join(organizations::table.on(organizations::id.eq(acceptances::committee_id)))
        .order(acceptances::id)
        .limit(crate::todo::MOST)
        .select((Acceptance::as_select(), projects::title))
        .into_boxed::<MultiBackend>();
    for path in paths {
        query = query.or_filter(organizations::path.like(format!("{path}%")));
    }
    if unconfirmed {
        query = query.filter(acceptances::voters_confirmed_at.is_null());
    }
    Ok(query.filter(acceptances::state.eq(state)).load(c)?)
}
