//! Queries of score sheets.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::db::schema::score_sheets;
use crate::db::{self, Conn, changed};
use crate::error::Result;
use crate::ids::{CriterionId, EvaluationId, SheetId, TopicId, UserId};
use crate::scoring::SheetState;

/// One sheet: one reviewer on one subject.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = score_sheets)]
pub struct ScoreSheet {
    pub id: SheetId,
    pub evaluation_id: EvaluationId,
    /// The bid or the project.
    pub subject_id: i64,
    pub reviewer_id: UserId,
    pub state: SheetState,
    /// JSON of [`MarkGiven`]s.
    pub marks: String,
    /// Hundredths.
    pub total: i64,
    pub notes: String,
    pub submitted_at: Option<Instant>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
    /// The bid's.
    pub topic_id: Option<TopicId>,
    /// What it says was entered from paper by the office.
    pub on_paper: bool,
}

/// A mark as stored, hundredths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkGiven {
    pub criterion_id: CriterionId,
    pub mark: Option<i64>,
    pub comment: String,
}

impl ScoreSheet {
    pub fn marks(&self) -> Result<Vec<MarkGiven>> {
        Ok(serde_json::from_str(&self.marks)?)
    }

    /// Counts in a result.
    pub fn counts(&self) -> bool {
        matches!(self.state, SheetState::Submitted | SheetState::Locked)
    }
}

pub fn sheet(
    c: &mut Conn,
    evaluation: EvaluationId,
    subject: i64,
    reviewer: UserId,
) -> Result<Option<ScoreSheet>> {
    Ok(score_sheets::table
        .filter(score_sheets::evaluation_id.eq(evaluation))
        .filter(score_sheets::subject_id.eq(subject))
        .filter(score_sheets::reviewer_id.eq(reviewer))
        .select(ScoreSheet::as_select())
        .first(c)
        .optional()?)
}

pub fn sheets_of(c: &mut Conn, evaluation: EvaluationId, subject: i64) -> Result<Vec<ScoreSheet>> {
    Ok(score_sheets::table
        .filter(score_sheets::evaluation_id.eq(evaluation))
        .filter(score_sheets::subject_id.eq(subject))
        .order(score_sheets::id)
        .select(ScoreSheet::as_select())
        .load(c)?)
}

/// Of several subjects.
pub fn sheets_on(
    c: &mut Conn,
    evaluation: EvaluationId,
    subjects: &[i64],
) -> Result<Vec<ScoreSheet>> {
    db::in_parts(subjects, |some| {
        Ok(score_sheets::table
            .filter(score_sheets::evaluation_id.eq(evaluation))
            .filter(score_sheets::subject_id.eq_any(some))
            .order((score_sheets::subject_id, score_sheets::id))
            .select(ScoreSheet::as_select())
            .load(c)?)
    })
}

pub fn sheets_of_evaluation(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<ScoreSheet>> {
    Ok(score_sheets::table
        .filter(score_sheets::evaluation_id.eq(evaluation))
        .order((score_sheets::subject_id, score_sheets::id))
        .select(ScoreSheet::as_select())
        .load(c)?)
}

/// One's own sheet in a list: id, state, total, and whether it was entered from paper.
pub type OwnSheet = (SheetId, SheetState, i64, bool);

pub fn insert_sheet(c: &mut Conn, row: &ScoreSheet) -> Result<()> {
    diesel::insert_into(score_sheets::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// If nobody was faster; `row.version` is the version it was read at.
pub fn update_sheet(c: &mut Conn, row: &ScoreSheet) -> Result<()> {
    let rows = diesel::update(
        score_sheets::table
            .find(row.id)
            .filter(score_sheets::version.eq(row.version)),
    )
    .set((
        score_sheets::state.eq(row.state),
        score_sheets::marks.eq(&row.marks),
        score_sheets::total.eq(row.total),
        score_sheets::notes.eq(&row.notes),
        score_sheets::submitted_at.eq(row.submitted_at),
        score_sheets::updated_at.eq(row.updated_at),
        score_sheets::version.eq(row.version + 1),
    ))
    .execute(c)?;
    changed(rows)
}

/// Locked sheets on these subjects may be changed again.
pub fn reopen_sheets(c: &mut Conn, evaluation: EvaluationId, subjects: &[i64]) -> Result<()> {
    for some in subjects.chunks(1_000) {
        diesel::update(
            score_sheets::table
                .filter(score_sheets::evaluation_id.eq(evaluation))
                .filter(score_sheets::subject_id.eq_any(some.to_vec()))
                .filter(score_sheets::state.eq(SheetState::Locked)),
        )
        .set((
            score_sheets::state.eq(SheetState::Submitted),
            score_sheets::version.eq(score_sheets::version + 1),
        ))
        .execute(c)?;
    }
    Ok(())
}

/// Submitted sheets become locked ones, or the other way round when scoring is taken up again.
pub fn lock_sheets(
    c: &mut Conn,
    evaluation: EvaluationId,
    from: SheetState,
    to: SheetState,
) -> Result<()> {
    diesel::update(
        score_sheets::table
            .filter(score_sheets::evaluation_id.eq(evaluation))
            .filter(score_sheets::state.eq(from)),
    )
    .set((
        score_sheets::state.eq(to),
        score_sheets::version.eq(score_sheets::version + 1),
    ))
    .execute(c)?;
    Ok(())
}
