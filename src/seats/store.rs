//! Queries of evaluations and their criteria; the rest by subject.

mod assignments;
mod blind;
mod members;
mod recusals;

pub use assignments::*;
pub use blind::*;
pub use members::*;
pub use recusals::*;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::db::schema::{criteria, evaluations};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{BidId, CriterionId, EvaluationId, OrganizationId, RoundId, SheetId};
use crate::marks::Mark;
use crate::numbers::{Aggregation, rules};
use crate::seats::{EvaluationState, SubjectKind};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = evaluations)]
pub struct Evaluation {
    pub id: EvaluationId,
    pub committee_id: OrganizationId,
    pub subject_kind: SubjectKind,
    pub round_id: Option<RoundId>,
    pub state: EvaluationState,
    pub drop_highest: i64,
    pub drop_lowest: i64,
    pub trim_from: i64,
    pub threshold: Mark,
    pub mark_step: Mark,
    pub quorum_numerator: i64,
    pub quorum_denominator: i64,
    pub started_at: Option<Instant>,
    pub locked_at: Option<Instant>,
    pub version: i64,
    pub aggregation: Aggregation,
    /// JSON of [`Reopened`]: what is marked again; none: everything is marked.
    pub reopened: Option<String>,
    /// The panel reads bids without names until the lock.
    pub blind: bool,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = criteria)]
pub struct Criterion {
    pub id: CriterionId,
    pub evaluation_id: EvaluationId,
    pub position: i64,
    pub name: String,
    pub description: String,
    pub full_marks: Mark,
}

/// What is marked again after a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Reopened {
    /// After an upheld objection: these bids, by everybody.
    Bids(Vec<BidId>),
    /// Sent back by the chair: these sheets alone.
    Sheets { sheets: Vec<SheetId> },
}

impl Evaluation {
    pub fn reopened(&self) -> Result<Option<Reopened>> {
        Ok(self
            .reopened
            .as_deref()
            .map(serde_json::from_str)
            .transpose()?)
    }

    /// Of so many appointed seats: how many must be left to judge a topic, how many counted sheets a bid needs.
    pub fn quorum(&self, appointed: usize) -> usize {
        let small = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        let needed = rules::quorum(
            u32::try_from(appointed).unwrap_or(u32::MAX),
            small(self.quorum_numerator),
            small(self.quorum_denominator),
        );
        usize::try_from(needed).unwrap_or(usize::MAX)
    }

    /// Whether this bid is up for marking on this sheet, which may not be begun yet: all are, but once marking was
    /// taken up again only what was named then.
    pub fn marks_again(&self, bid: BidId, sheet: Option<SheetId>) -> Result<bool> {
        Ok(marks_again(self.reopened()?.as_ref(), bid, sheet))
    }
}

/// The same of what was reopened.
pub fn marks_again(reopened: Option<&Reopened>, bid: BidId, sheet: Option<SheetId>) -> bool {
    match reopened {
        None => true,
        Some(Reopened::Bids(bids)) => bids.contains(&bid),
        Some(Reopened::Sheets { sheets }) => sheet.is_some_and(|sheet| sheets.contains(&sheet)),
    }
}

pub fn find(c: &mut Conn, id: EvaluationId) -> Result<Evaluation> {
    Ok(evaluations::table
        .find(id)
        .select(Evaluation::as_select())
        .first(c)?)
}

pub fn of_round(c: &mut Conn, round: RoundId) -> Result<Evaluation> {
    Ok(evaluations::table
        .filter(evaluations::round_id.eq(round))
        .select(Evaluation::as_select())
        .first(c)?)
}

pub fn insert(c: &mut Conn, row: &Evaluation) -> Result<()> {
    diesel::insert_into(evaluations::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// Everything of the row but what it belongs to, if nobody was faster.
pub fn update(c: &mut Conn, row: &Evaluation) -> Result<()> {
    let rows = diesel::update(
        evaluations::table
            .find(row.id)
            .filter(evaluations::version.eq(row.version)),
    )
    .set((
        evaluations::state.eq(row.state),
        evaluations::reopened.eq(&row.reopened),
        evaluations::blind.eq(row.blind),
        evaluations::aggregation.eq(row.aggregation),
        evaluations::drop_highest.eq(row.drop_highest),
        evaluations::drop_lowest.eq(row.drop_lowest),
        evaluations::trim_from.eq(row.trim_from),
        evaluations::threshold.eq(row.threshold),
        evaluations::mark_step.eq(row.mark_step),
        evaluations::quorum_numerator.eq(row.quorum_numerator),
        evaluations::quorum_denominator.eq(row.quorum_denominator),
        evaluations::started_at.eq(row.started_at),
        evaluations::locked_at.eq(row.locked_at),
        evaluations::version.eq(row.version + 1),
    ))
    .execute(c)?;
    changed(rows)
}

pub fn criteria(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<Criterion>> {
    Ok(criteria::table
        .filter(criteria::evaluation_id.eq(evaluation))
        .order(criteria::position)
        .select(Criterion::as_select())
        .load(c)?)
}

pub fn insert_criterion(c: &mut Conn, row: &Criterion) -> Result<()> {
    diesel::insert_into(criteria::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn delete_criteria(c: &mut Conn, evaluation: EvaluationId) -> Result<()> {
    diesel::delete(criteria::table.filter(criteria::evaluation_id.eq(evaluation))).execute(c)?;
    Ok(())
}
