//! Queries of results and their rows.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::schema::{evaluations, fairness_reports, result_rows, results};
use crate::db::{self, Conn, changed};
use crate::error::Result;
use crate::ids::{BidId, EvaluationId, FairnessId, ResultId, ResultRowId, RoundId, TopicId};
use crate::result::{Outcome, Proposal};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = results)]
pub struct StoredResult {
    pub id: ResultId,
    pub evaluation_id: EvaluationId,
    pub computed_at: Instant,
    /// `result.json`, byte for byte.
    pub body: String,
    /// SHA-256 of `body`.
    pub digest: String,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = result_rows)]
pub struct ResultRow {
    pub id: ResultRowId,
    pub evaluation_id: EvaluationId,
    pub topic_id: TopicId,
    pub subject_id: i64,
    /// Order in the table of its topic, from 1 on, without gaps or ties.
    pub place: i64,
    pub rank: Option<i64>,
    /// Hundredths.
    pub shown: Option<i64>,
    pub sheets: i64,
    pub proposal: Proposal,
    pub outcome: Option<Outcome>,
    pub reserve_order: Option<i64>,
    pub deviation_reason: Option<String>,
    /// Mean of the z-scores given, hundredths; for information, never for ranking.
    pub normalized: Option<i64>,
    /// Others have the same rank.
    pub shared: bool,
    /// The rank in its topic by `normalized` alone.
    pub normalized_rank: Option<i64>,
}

/// A fairness report as it was computed with a result. Kept for good; the newest one stands.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = fairness_reports)]
pub struct FairnessReport {
    pub id: FairnessId,
    pub evaluation_id: EvaluationId,
    /// Of the result it was made from.
    pub result_digest: String,
    /// JSON of a [`crate::numbers::fairness::Fairness`].
    pub body: String,
    /// SHA-256 of `body`.
    pub digest: String,
    pub computed_at: Instant,
}

pub fn insert_fairness(c: &mut Conn, row: &FairnessReport) -> Result<()> {
    diesel::insert_into(fairness_reports::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// The report that stands.
pub fn fairness(c: &mut Conn, evaluation: EvaluationId) -> Result<Option<FairnessReport>> {
    Ok(fairness_reports::table
        .filter(fairness_reports::evaluation_id.eq(evaluation))
        .order((
            fairness_reports::computed_at.desc(),
            fairness_reports::id.desc(),
        ))
        .select(FairnessReport::as_select())
        .first(c)
        .optional()?)
}

pub fn result(c: &mut Conn, evaluation: EvaluationId) -> Result<Option<StoredResult>> {
    Ok(results::table
        .filter(results::evaluation_id.eq(evaluation))
        .select(StoredResult::as_select())
        .first(c)
        .optional()?)
}

/// A result less its file.
#[derive(Debug, Clone, Queryable)]
pub struct ResultHead {
    pub computed_at: Instant,
    pub digest: String,
    /// JSON of an [`crate::numbers::excerpt::Head`]; results of before there were any have none.
    pub head: Option<String>,
}

pub fn head(c: &mut Conn, evaluation: EvaluationId) -> Result<Option<ResultHead>> {
    Ok(results::table
        .filter(results::evaluation_id.eq(evaluation))
        .select((results::computed_at, results::digest, results::head))
        .first(c)
        .optional()?)
}

pub fn insert_result(c: &mut Conn, row: &StoredResult, head: &str) -> Result<()> {
    diesel::insert_into(results::table)
        .values((row, results::head.eq(head)))
        .execute(c)?;
    Ok(())
}

/// Takes a result and its rows away, to be computed anew.
pub fn delete_result(c: &mut Conn, evaluation: EvaluationId) -> Result<()> {
    diesel::delete(result_rows::table.filter(result_rows::evaluation_id.eq(evaluation)))
        .execute(c)?;
    diesel::delete(results::table.filter(results::evaluation_id.eq(evaluation))).execute(c)?;
    Ok(())
}

pub fn set_result_body(c: &mut Conn, id: ResultId, body: &str, digest: &str) -> Result<()> {
    let rows = diesel::update(results::table.find(id))
        .set((results::body.eq(body), results::digest.eq(digest)))
        .execute(c)?;
    changed(rows)
}

/// With its line and its counted sheets as JSON.
pub fn insert_row(
    c: &mut Conn,
    row: &ResultRow,
    line: Option<&str>,
    sheets: Option<&str>,
) -> Result<()> {
    diesel::insert_into(result_rows::table)
        .values((
            row,
            result_rows::line.eq(line),
            result_rows::counted_sheets.eq(sheets),
        ))
        .execute(c)?;
    Ok(())
}

/// By topic and place.
pub fn rows(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<ResultRow>> {
    Ok(result_rows::table
        .filter(result_rows::evaluation_id.eq(evaluation))
        .order((result_rows::topic_id, result_rows::place))
        .select(ResultRow::as_select())
        .load(c)?)
}

/// A row with its line: JSON of a [`crate::numbers::result_file::ranking::Row`].
pub type Line = (ResultRow, Option<String>);

/// So many rows of a topic after this place.
pub fn lines(
    c: &mut Conn,
    evaluation: EvaluationId,
    topic: TopicId,
    after: i64,
    limit: i64,
) -> Result<Vec<Line>> {
    Ok(result_rows::table
        .filter(result_rows::evaluation_id.eq(evaluation))
        .filter(result_rows::topic_id.eq(topic))
        .filter(result_rows::place.gt(after))
        .order((result_rows::place, result_rows::id))
        .limit(limit)
        .select((ResultRow::as_select(), result_rows::line))
        .load(c)?)
}

/// The rows of these bids, by topic and place.
pub fn lines_of(c: &mut Conn, evaluation: EvaluationId, bids: &[BidId]) -> Result<Vec<Line>> {
    let subjects: Vec<i64> = bids.iter().map(|bid| bid.0).collect();
    let mut found: Vec<Line> = db::in_parts(&subjects, |some| {
        Ok(result_rows::table
            .filter(result_rows::evaluation_id.eq(evaluation))
            .filter(result_rows::subject_id.eq_any(some))
            .select((ResultRow::as_select(), result_rows::line))
            .load(c)?)
    })?;
    // Asked for in this order, all rows were read in it.
    found.sort_by_key(|(row, _)| (row.topic_id, row.place));
    Ok(found)
}

/// So many rows of a topic have this proposal, and the last place among them.
pub type Standing = (TopicId, Proposal, i64, Option<i64>);

pub fn standings(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<Standing>> {
    Ok(result_rows::table
        .filter(result_rows::evaluation_id.eq(evaluation))
        .group_by((result_rows::topic_id, result_rows::proposal))
        .select((
            result_rows::topic_id,
            result_rows::proposal,
            diesel::dsl::count_star(),
            diesel::dsl::max(result_rows::place),
        ))
        .load(c)?)
}

/// Bids that share a rank: topic, rank and bid, in this order.
pub fn shared(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<(TopicId, Option<i64>, i64)>> {
    Ok(result_rows::table
        .filter(result_rows::evaluation_id.eq(evaluation))
        .filter(result_rows::shared)
        .order((
            result_rows::topic_id,
            result_rows::rank,
            result_rows::subject_id,
        ))
        .select((
            result_rows::topic_id,
            result_rows::rank,
            result_rows::subject_id,
        ))
        .load(c)?)
}

/// Rows from which it follows what the ranking proposes for these bids: their own, those of bids that lost a place, and
/// those of the reserves next in line for it, with one more.
pub fn rows_around(
    c: &mut Conn,
    evaluation: EvaluationId,
    bids: &[BidId],
) -> Result<Vec<ResultRow>> {
    let lines = lines_of(c, evaluation, bids)?;
    let mut rows: Vec<ResultRow> = lines.into_iter().map(|(row, _)| row).collect();
    let lost: Vec<ResultRow> = result_rows::table
        .filter(result_rows::evaluation_id.eq(evaluation))
        .filter(result_rows::outcome.eq(Outcome::Void))
        .filter(result_rows::proposal.eq(Proposal::Winner))
        .select(ResultRow::as_select())
        .load(c)?;
    let mut free: BTreeMap<TopicId, i64> = BTreeMap::new();
    for row in &lost {
        *free.entry(row.topic_id).or_default() += 1;
    }
    for (topic, places) in free {
        let next: Vec<ResultRow> = result_rows::table
            .filter(result_rows::evaluation_id.eq(evaluation))
            .filter(result_rows::topic_id.eq(topic))
            .filter(result_rows::proposal.eq(Proposal::Reserve))
            .filter(result_rows::outcome.is_null())
            .order(result_rows::place)
            .limit(places + 1)
            .select(ResultRow::as_select())
            .load(c)?;
        rows.extend(next);
    }
    rows.extend(lost);
    rows.sort_by_key(|row| (row.topic_id, row.place, row.id));
    rows.dedup_by_key(|row| row.id);
    Ok(rows)
}

/// The counted sheets of these subjects: JSON of [`crate::numbers::result_file::given::SheetInfo`]s.
pub fn counted_sheets(
    c: &mut Conn,
    evaluation: EvaluationId,
    subjects: &[i64],
) -> Result<Vec<(i64, Option<String>)>> {
    db::in_parts(subjects, |some| {
        Ok(result_rows::table
            .filter(result_rows::evaluation_id.eq(evaluation))
            .filter(result_rows::subject_id.eq_any(some))
            .select((result_rows::subject_id, result_rows::counted_sheets))
            .load(c)?)
    })
}

pub fn set_outcome(c: &mut Conn, row: &ResultRow) -> Result<()> {
    let rows = diesel::update(result_rows::table.find(row.id))
        .set((
            result_rows::outcome.eq(row.outcome),
            result_rows::reserve_order.eq(row.reserve_order),
            result_rows::deviation_reason.eq(&row.deviation_reason),
        ))
        .execute(c)?;
    changed(rows)
}

pub fn outcome(c: &mut Conn, bid: BidId) -> Result<Option<Outcome>> {
    Ok(result_rows::table
        .inner_join(evaluations::table)
        .filter(result_rows::subject_id.eq(bid.0))
        .filter(evaluations::round_id.is_not_null())
        .select(result_rows::outcome)
        .first::<Option<Outcome>>(c)
        .optional()?
        .flatten())
}

pub fn winners(c: &mut Conn, round: RoundId) -> Result<Vec<BidId>> {
    Ok(result_rows::table
        .inner_join(evaluations::table)
        .filter(evaluations::round_id.eq(round))
        .filter(result_rows::outcome.eq(Outcome::Winner))
        .order((result_rows::topic_id, result_rows::place))
        .select(result_rows::subject_id)
        .load::<i64>(c)?
        .into_iter()
        .map(BidId)
        .collect())
}
