//! Queries of what sheets said earlier, and of sheets listed without their marks.

use diesel::prelude::*;

use crate::bids::Named;
use crate::clock::Instant;
use crate::db::schema::{
    bids, evaluations, organizations, rounds, score_sheets, sheet_versions, users,
};
use crate::db::{self, Conn, changed};
use crate::error::Result;
use crate::ids::{BidId, EvaluationId, RoundId, SheetId, SheetVersionId, TopicId, UserId};
use crate::people;
use crate::rounds::RoundState;
use crate::scoring::store::ScoreSheet;
use crate::scoring::{SheetState, VersionKind};
use crate::seats::{Evaluation, Reopened};

/// What a sheet said before it was sent back or taken the place of.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sheet_versions)]
pub struct SheetVersion {
    pub id: SheetVersionId,
    pub sheet_id: SheetId,
    pub kind: VersionKind,
    /// JSON of [`super::MarkGiven`]s.
    pub marks: String,
    /// Hundredths.
    pub total: i64,
    pub notes: String,
    pub submitted_at: Option<Instant>,
    pub reason: String,
    pub made_by: UserId,
    pub made_at: Instant,
    /// The sheet was handed in again, or this version put back. None: the lock waits for it.
    pub ended_at: Option<Instant>,
    /// Put back as it was.
    pub restored: bool,
}

pub fn insert_version(c: &mut Conn, row: &SheetVersion) -> Result<()> {
    diesel::insert_into(sheet_versions::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// Newest first.
pub fn versions(c: &mut Conn, sheet: SheetId) -> Result<Vec<SheetVersion>> {
    Ok(sheet_versions::table
        .filter(sheet_versions::sheet_id.eq(sheet))
        .order((sheet_versions::made_at.desc(), sheet_versions::id.desc()))
        .select(SheetVersion::as_select())
        .load(c)?)
}

/// What waits for the sheet to be handed in again.
pub fn open_version(c: &mut Conn, sheet: SheetId) -> Result<Option<SheetVersion>> {
    Ok(sheet_versions::table
        .filter(sheet_versions::sheet_id.eq(sheet))
        .filter(sheet_versions::ended_at.is_null())
        .select(SheetVersion::as_select())
        .first(c)
        .optional()?)
}

/// The sheet was handed in again.
pub fn end_versions(c: &mut Conn, sheet: SheetId, at: Instant) -> Result<()> {
    diesel::update(
        sheet_versions::table
            .filter(sheet_versions::sheet_id.eq(sheet))
            .filter(sheet_versions::ended_at.is_null()),
    )
    .set(sheet_versions::ended_at.eq(Some(at)))
    .execute(c)?;
    Ok(())
}

/// This version is the sheet again.
pub fn restore_version(c: &mut Conn, id: SheetVersionId, at: Instant) -> Result<()> {
    let rows = diesel::update(
        sheet_versions::table
            .find(id)
            .filter(sheet_versions::ended_at.is_null()),
    )
    .set((
        sheet_versions::ended_at.eq(Some(at)),
        sheet_versions::restored.eq(true),
    ))
    .execute(c)?;
    changed(rows)
}

/// Reviewer and topic of the sheets that were sent back or disputed and not handed in again, but not of those on these
/// bids.
pub fn sent_back(
    c: &mut Conn,
    evaluation: EvaluationId,
    void: &[BidId],
) -> Result<Vec<(UserId, Option<TopicId>, VersionKind)>> {
    let void: Vec<i64> = void.iter().map(|bid| bid.0).collect();
    Ok(sheet_versions::table
        .inner_join(score_sheets::table)
        .filter(score_sheets::evaluation_id.eq(evaluation))
        .filter(score_sheets::subject_id.ne_all(void))
        .filter(sheet_versions::ended_at.is_null())
        .select((
            score_sheets::reviewer_id,
            score_sheets::topic_id,
            sheet_versions::kind,
        ))
        .load(c)?)
}

/// A sheet that was sent back to somebody.
#[derive(Debug, Clone, Queryable)]
pub struct SentBack {
    pub subject_id: i64,
    pub sheet_id: SheetId,
    pub kind: VersionKind,
    pub reason: String,
    pub round_id: RoundId,
    pub round: String,
}

/// Sheets that wait to be handed in again by this reviewer.
pub fn sent_back_to(c: &mut Conn, user: UserId) -> Result<Vec<SentBack>> {
    Ok(sheet_versions::table
        .inner_join(score_sheets::table.inner_join(evaluations::table))
        .inner_join(bids::table.on(bids::id.eq(score_sheets::subject_id)))
        .inner_join(rounds::table.on(rounds::id.eq(bids::round_id)))
        .filter(score_sheets::reviewer_id.eq(user))
        .filter(sheet_versions::ended_at.is_null())
        .filter(rounds::state.eq(RoundState::Scoring))
        .order(sheet_versions::id)
        .limit(crate::todo::MOST)
        .select((
            score_sheets::subject_id,
            sheet_versions::sheet_id,
            sheet_versions::kind,
            sheet_versions::reason,
            rounds::id,
            rounds::title,
        ))
        .load(c)?)
}

/// A sheet without anything it says.
#[derive(Debug, Clone, Queryable)]
pub struct SheetHead {
    pub id: SheetId,
    pub subject_id: i64,
    pub named: Named,
    pub reviewer_id: UserId,
    pub reviewer: String,
    pub state: SheetState,
    pub submitted_at: Option<Instant>,
}

/// Which sheets of an evaluation are listed.
#[derive(Debug, Clone, Default)]
pub struct SheetFilter {
    pub reviewer: Option<UserId>,
    pub bid: Option<i64>,
    pub after: Option<i64>,
    pub limit: i64,
}

/// By id; `limit + 1` rows. Reviewers are called what they were called when they handed in.
pub fn sheet_heads(
    c: &mut Conn,
    evaluation: EvaluationId,
    filter: &SheetFilter,
) -> Result<Vec<SheetHead>> {
    let mut query = score_sheets::table
        .inner_join(users::table)
        .inner_join(bids::table.on(bids::id.eq(score_sheets::subject_id)))
        .inner_join(organizations::table.on(organizations::id.eq(bids::organization_id)))
        .filter(score_sheets::evaluation_id.eq(evaluation))
        .into_boxed();
    if let Some(reviewer) = filter.reviewer {
        query = query.filter(score_sheets::reviewer_id.eq(reviewer));
    }
    if let Some(bid) = filter.bid {
        query = query.filter(score_sheets::subject_id.eq(bid));
    }
    if let Some(after) = filter.after {
        query = query.filter(score_sheets::id.gt(SheetId(after)));
    }
    let mut heads: Vec<SheetHead> = query
        .order(score_sheets::id)
        .limit(filter.limit + 1)
        .select((
            score_sheets::id,
            score_sheets::subject_id,
            (bids::title, organizations::short_name),
            users::id,
            users::name,
            score_sheets::state,
            score_sheets::submitted_at,
        ))
        .load(c)?;
    let reviewers: Vec<UserId> = heads.iter().map(|head| head.reviewer_id).collect();
    let names = people::names_by_day(c, &reviewers)?;
    for head in &mut heads {
        names
            .on(head.reviewer_id, head.submitted_at)
            .clone_into(&mut head.reviewer);
    }
    Ok(heads)
}

/// What was sent back or taken the place of among these sheets: sheet, kind, whether the lock waits for it.
pub fn version_marks(
    c: &mut Conn,
    sheets: &[SheetId],
) -> Result<Vec<(SheetId, VersionKind, Option<Instant>)>> {
    db::in_parts(sheets, |some| {
        Ok(sheet_versions::table
            .filter(sheet_versions::sheet_id.eq_any(some))
            .order(sheet_versions::id)
            .select((
                sheet_versions::sheet_id,
                sheet_versions::kind,
                sheet_versions::ended_at,
            ))
            .load(c)?)
    })
}

pub fn sheet_by_id(c: &mut Conn, id: SheetId) -> Result<ScoreSheet> {
    Ok(score_sheets::table
        .find(id)
        .select(ScoreSheet::as_select())
        .first(c)?)
}

/// The bids whose marks may differ from what they were at the last lock; None: all of them.
pub fn marked_again(c: &mut Conn, evaluation: &Evaluation) -> Result<Option<Vec<i64>>> {
    Ok(match evaluation.reopened()? {
        None => None,
        Some(Reopened::Bids(bids)) => Some(bids.into_iter().map(|bid| bid.0).collect()),
        Some(Reopened::Sheets { sheets }) => Some(db::in_parts(&sheets, |some| {
            Ok(score_sheets::table
                .filter(score_sheets::id.eq_any(some))
                .select(score_sheets::subject_id)
                .load(c)?)
        })?),
    })
}

/// The round whose bids a sheet's evaluation marks.
pub fn round_of_sheet(c: &mut Conn, id: SheetId) -> Result<Option<RoundId>> {
    Ok(score_sheets::table
        .inner_join(evaluations::table)
        .filter(score_sheets::id.eq(id))
        .select(evaluations::round_id)
        .first(c)?)
}
