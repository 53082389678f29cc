//! Queries of decisions, and of results that were taken the place of with the decisions they had.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{decisions, evaluations, objections, superseded_results};
use crate::error::{Error, Result};
use crate::ids::{BidId, DecisionId, EvaluationId, ObjectionId, RoundId, SupersededId, UserId};
use crate::result::Effect;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = decisions)]
pub struct Decision {
    pub id: DecisionId,
    pub round_id: RoundId,
    pub minute_number: String,
    pub minute_date: NaiveDate,
    pub note: String,
    pub decided_by: UserId,
    pub decided_at: Instant,
    /// SHA-256 of the fairness report that lay before the secretary; decisions of before there were any have none.
    pub fairness_digest: Option<String>,
}

/// A result that was taken the place of, whole: by an upheld objection, or by the reopening of a sheet.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = superseded_results)]
pub struct Superseded {
    pub id: SupersededId,
    pub evaluation_id: EvaluationId,
    /// None: a sheet was reopened.
    pub objection_id: Option<ObjectionId>,
    pub body: String,
    pub digest: String,
    pub computed_at: Instant,
    /// JSON of the decision as it was recorded.
    pub decision: Option<String>,
    pub reason: String,
    pub superseded_at: Instant,
    /// Whose minute is still kept.
    pub decision_id: Option<DecisionId>,
    /// Whether its publicity had started.
    pub published: bool,
}

impl SupersededHead {
    /// Of the decision it had.
    pub fn minute_number(&self) -> Option<String> {
        let decision: serde_json::Value = serde_json::from_str(self.decision.as_deref()?).ok()?;
        Some(decision.get("minute_number")?.as_str()?.to_owned())
    }
}

pub fn insert_superseded(c: &mut Conn, row: &Superseded) -> Result<()> {
    diesel::insert_into(superseded_results::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// One earlier result of an evaluation.
pub fn superseded(c: &mut Conn, evaluation: EvaluationId, id: SupersededId) -> Result<Superseded> {
    Ok(superseded_results::table
        .find(id)
        .filter(superseded_results::evaluation_id.eq(evaluation))
        .select(Superseded::as_select())
        .first(c)?)
}

/// The file of the result that was superseded last.
pub fn last_superseded(c: &mut Conn, evaluation: EvaluationId) -> Result<Option<String>> {
    Ok(superseded_results::table
        .filter(superseded_results::evaluation_id.eq(evaluation))
        .order((
            superseded_results::superseded_at.desc(),
            superseded_results::id.desc(),
        ))
        .select(superseded_results::body)
        .first(c)
        .optional()?)
}

/// An earlier result less its file.
#[derive(Debug, Clone, Queryable)]
pub struct SupersededHead {
    pub id: SupersededId,
    pub digest: String,
    pub computed_at: Instant,
    pub reason: String,
    pub superseded_at: Instant,
    pub decision: Option<String>,
    pub decision_id: Option<DecisionId>,
    pub published: bool,
}

/// Newest first.
pub fn superseded_heads(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<SupersededHead>> {
    Ok(superseded_results::table
        .filter(superseded_results::evaluation_id.eq(evaluation))
        .order((
            superseded_results::superseded_at.desc(),
            superseded_results::id.desc(),
        ))
        .select((
            superseded_results::id,
            superseded_results::digest,
            superseded_results::computed_at,
            superseded_results::reason,
            superseded_results::superseded_at,
            superseded_results::decision,
            superseded_results::decision_id,
            superseded_results::published,
        ))
        .load(c)?)
}

pub fn decision(c: &mut Conn, round: RoundId) -> Result<Option<Decision>> {
    Ok(decisions::table
        .filter(decisions::round_id.eq(round))
        .select(Decision::as_select())
        .first(c)
        .optional()?)
}

/// Of which round a decision is or was, and whether it stands.
pub fn round_of_decision(c: &mut Conn, id: DecisionId) -> Result<(RoundId, bool)> {
    let standing: Option<RoundId> = decisions::table
        .find(id)
        .select(decisions::round_id)
        .first(c)
        .optional()?;
    if let Some(round) = standing {
        return Ok((round, true));
    }
    let earlier: Option<RoundId> = superseded_results::table
        .inner_join(evaluations::table)
        .filter(superseded_results::decision_id.eq(id))
        .select(evaluations::round_id)
        .first(c)?;
    Ok((earlier.ok_or(Error::NotFound)?, false))
}

/// Whether the public had seen the result a decision belonged to.
pub fn was_published(c: &mut Conn, id: DecisionId) -> Result<bool> {
    let any = superseded_results::table
        .filter(superseded_results::decision_id.eq(id))
        .filter(superseded_results::published.eq(true));
    Ok(diesel::select(diesel::dsl::exists(any)).get_result(c)?)
}

pub fn insert_decision(c: &mut Conn, row: &Decision) -> Result<()> {
    diesel::insert_into(decisions::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn delete_decision(c: &mut Conn, round: RoundId) -> Result<()> {
    diesel::delete(decisions::table.filter(decisions::round_id.eq(round))).execute(c)?;
    Ok(())
}

/// Bids that an upheld objection took out of the running.
pub fn voided_bids(c: &mut Conn, round: RoundId) -> Result<Vec<BidId>> {
    let bids: Vec<Option<BidId>> = objections::table
        .filter(objections::round_id.eq(round))
        .filter(objections::effect.eq(Effect::Void))
        .select(objections::bid_id)
        .load(c)?;
    Ok(bids.into_iter().flatten().collect())
}
