//! Queries of sheets that were filled in on paper and entered by the office.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::schema::{
    bids, evaluations, organizations, paper_sheets, rounds, score_sheets, sheet_versions, users,
};
use crate::db::{self, Conn, changed};
use crate::error::Result;
use crate::ids::{AttachmentId, PaperSheetId, SheetId, SheetVersionId, UserId};
use crate::people;
use crate::rounds::RoundState;
use crate::scoring::VersionKind;
use crate::todo::MOST;

/// A sheet as it was entered from paper.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = paper_sheets)]
pub struct PaperSheet {
    pub id: PaperSheetId,
    pub sheet_id: SheetId,
    /// The kept version that it was; None: it is what the sheet says now.
    pub version_id: Option<SheetVersionId>,
    /// The scan.
    pub attachment_id: AttachmentId,
    pub entered_by: UserId,
    pub entered_at: Instant,
    /// Why it was entered again.
    pub reason: Option<String>,
    /// When its reviewer found it right.
    pub confirmed_at: Option<Instant>,
}

/// The same with the name of who entered it.
#[derive(Debug, Clone)]
pub struct Paper {
    pub row: PaperSheet,
    pub by: String,
}

pub fn insert_paper(c: &mut Conn, row: &PaperSheet) -> Result<()> {
    diesel::insert_into(paper_sheets::table)
        .values(row)
        .execute(c)?;
    set_on_paper(c, row.sheet_id, row.version_id.is_none())
}

fn set_on_paper(c: &mut Conn, sheet: SheetId, on_paper: bool) -> Result<()> {
    diesel::update(score_sheets::table.find(sheet))
        .set(score_sheets::on_paper.eq(on_paper))
        .execute(c)?;
    Ok(())
}

/// What a sheet says now, if that was entered from paper.
pub fn paper_now(c: &mut Conn, sheet: SheetId) -> Result<Option<PaperSheet>> {
    Ok(paper_sheets::table
        .filter(paper_sheets::sheet_id.eq(sheet))
        .filter(paper_sheets::version_id.is_null())
        .select(PaperSheet::as_select())
        .first(c)
        .optional()?)
}

/// What a kept version said, if that was entered from paper.
pub fn paper_of_version(c: &mut Conn, version: SheetVersionId) -> Result<Option<PaperSheet>> {
    Ok(paper_sheets::table
        .filter(paper_sheets::version_id.eq(version))
        .select(PaperSheet::as_select())
        .first(c)
        .optional()?)
}

/// Everything that was entered from paper for these sheets, the oldest first.
pub fn papers(c: &mut Conn, sheets: &[SheetId]) -> Result<Vec<Paper>> {
    let rows: Vec<(PaperSheet, String)> = db::in_parts(sheets, |some| {
        Ok(paper_sheets::table
            .inner_join(users::table)
            .filter(paper_sheets::sheet_id.eq_any(some))
            .order(paper_sheets::id)
            .select((PaperSheet::as_select(), users::name))
            .load(c)?)
    })?;
    Ok(rows
        .into_iter()
        .map(|(row, by)| Paper { row, by })
        .collect())
}

/// What was entered from one scan: a correction may keep the scan of the entry before it.
pub fn papers_of_scan(c: &mut Conn, scan: AttachmentId) -> Result<Vec<PaperSheet>> {
    Ok(paper_sheets::table
        .filter(paper_sheets::attachment_id.eq(scan))
        .order(paper_sheets::id)
        .select(PaperSheet::as_select())
        .load(c)?)
}

/// What the sheet says now is kept as this version: so is that it came from paper.
pub fn keep_paper(c: &mut Conn, sheet: SheetId, version: SheetVersionId) -> Result<()> {
    diesel::update(
        paper_sheets::table
            .filter(paper_sheets::sheet_id.eq(sheet))
            .filter(paper_sheets::version_id.is_null()),
    )
    .set(paper_sheets::version_id.eq(Some(version)))
    .execute(c)?;
    set_on_paper(c, sheet, false)
}

pub fn confirm_paper(c: &mut Conn, id: PaperSheetId, at: Instant) -> Result<()> {
    let rows = diesel::update(
        paper_sheets::table
            .find(id)
            .filter(paper_sheets::confirmed_at.is_null()),
    )
    .set(paper_sheets::confirmed_at.eq(Some(at)))
    .execute(c)?;
    changed(rows)
}

/// A sheet that was entered for somebody who has not looked at it yet.
#[derive(Debug, Clone, Queryable)]
pub struct PaperToCheck {
    pub sheet_id: SheetId,
    pub entered_by: String,
    pub entered_at: Instant,
    pub round: String,
}

pub fn papers_to_check(c: &mut Conn, reviewer: UserId) -> Result<Vec<PaperToCheck>> {
    Ok(paper_sheets::table
        .inner_join(users::table)
        .inner_join(score_sheets::table.inner_join(evaluations::table))
        .inner_join(bids::table.on(bids::id.eq(score_sheets::subject_id)))
        .inner_join(rounds::table.on(rounds::id.eq(bids::round_id)))
        .filter(score_sheets::reviewer_id.eq(reviewer))
        .filter(paper_sheets::version_id.is_null())
        .filter(paper_sheets::confirmed_at.is_null())
        .filter(rounds::state.eq(RoundState::Scoring))
        .order(paper_sheets::id)
        .limit(MOST)
        .select((
            paper_sheets::sheet_id,
            users::name,
            paper_sheets::entered_at,
            rounds::title,
        ))
        .load(c)?)
}

/// A disputed entry that is not settled.
#[derive(Debug, Clone, Queryable)]
pub struct Disputed {
    pub sheet_id: SheetId,
    pub reviewer: String,
    pub round: String,
}

/// Of rounds of the committees under these paths.
pub fn disputes_waiting(c: &mut Conn, paths: &[String]) -> Result<Vec<Disputed>> {
    Ok(sheet_versions::table
        .inner_join(score_sheets::table.inner_join(users::table))
        .inner_join(bids::table.on(bids::id.eq(score_sheets::subject_id)))
        .inner_join(rounds::table.on(rounds::id.eq(bids::round_id)))
        .inner_join(organizations::table.on(organizations::id.eq(rounds::committee_id)))
        .filter(people::below(paths))
        .filter(sheet_versions::kind.eq(VersionKind::Disputed))
        .filter(sheet_versions::ended_at.is_null())
        .filter(rounds::state.eq(RoundState::Scoring))
        .order(sheet_versions::id)
        .limit(MOST)
        .select((sheet_versions::sheet_id, users::name, rounds::title))
        .load(c)?)
}
