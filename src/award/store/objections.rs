//! Queries of objections.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use crate::award::ObjectionState;
use crate::clock::Instant;
use crate::db::schema::objections;
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{BidId, ObjectionId, RoundId, UserId};
use crate::result::Effect;
use crate::seats::Veil;

/// An objection as the office, the secretary and the supervisor see it, and as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = objections)]
#[schema(as = ObjectionShown)]
pub struct Objection {
    pub id: ObjectionId,
    pub round_id: RoundId,
    pub bid_id: Option<BidId>,
    pub anonymous: bool,
    /// None if anonymous.
    #[serde(serialize_with = "unless_empty")]
    #[schema(value_type = Option<String>)]
    pub name: String,
    pub contact: String,
    pub content: String,
    /// SHA-256 of the follow-up code; the code itself is nowhere.
    #[serde(skip)]
    pub code_digest: String,
    pub state: ObjectionState,
    /// JSON of [`Followup`]s.
    #[serde(serialize_with = "as_json")]
    #[schema(value_type = Vec<Followup>)]
    pub followups: String,
    pub lodged_at: Instant,
    pub due_on: NaiveDate,
    pub answer: Option<String>,
    #[serde(skip)]
    pub answered_by: Option<UserId>,
    pub answered_at: Option<Instant>,
    pub version: i64,
    #[serde(skip)]
    pub acknowledged_by: Option<UserId>,
    pub acknowledged_at: Option<Instant>,
    /// What an upheld one brought about.
    #[serde(skip)]
    pub effect: Option<Effect>,
}

impl Objection {
    /// As it may be read: whoever objects may name who bids, and so may the answer.
    pub fn under(mut self, veil: &Veil) -> Self {
        veil.cover(&mut self.content);
        veil.cover(&mut self.followups);
        veil.cover_all([&mut self.answer]);
        self
    }
}

/// What is added to an objection later.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Followup {
    pub at: Instant,
    pub text: String,
}

impl Objection {
    pub fn followups(&self) -> Result<Vec<Followup>> {
        Ok(serde_json::from_str(&self.followups)?)
    }
}

fn unless_empty<S: Serializer>(text: &str, to: S) -> std::result::Result<S::Ok, S::Error> {
    Some(text).filter(|text| !text.is_empty()).serialize(to)
}

fn as_json<S: Serializer>(text: &str, to: S) -> std::result::Result<S::Ok, S::Error> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(S::Error::custom)?;
    value.serialize(to)
}

pub fn objection(c: &mut Conn, id: ObjectionId) -> Result<Objection> {
    Ok(objections::table
        .find(id)
        .select(Objection::as_select())
        .first(c)?)
}

pub fn objection_by_code(c: &mut Conn, code_digest: &str) -> Result<Objection> {
    Ok(objections::table
        .filter(objections::code_digest.eq(code_digest))
        .select(Objection::as_select())
        .first(c)?)
}

/// Newest first.
pub fn objections(
    c: &mut Conn,
    round: RoundId,
    before: Option<ObjectionId>,
    limit: i64,
) -> Result<Vec<Objection>> {
    let mut query = objections::table
        .filter(objections::round_id.eq(round))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(objections::id.lt(before));
    }
    Ok(query
        .order(objections::id.desc())
        .limit(limit)
        .select(Objection::as_select())
        .load(c)?)
}

pub fn open_objections(c: &mut Conn, round: RoundId) -> Result<i64> {
    Ok(objections::table
        .filter(objections::round_id.eq(round))
        .filter(objections::state.eq_any(ObjectionState::OPEN))
        .count()
        .get_result(c)?)
}

pub fn insert_objection(c: &mut Conn, row: &Objection) -> Result<()> {
    diesel::insert_into(objections::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// If nobody was faster.
pub fn update_objection(c: &mut Conn, row: &Objection) -> Result<()> {
    let rows = diesel::update(
        objections::table
            .find(row.id)
            .filter(objections::version.eq(row.version)),
    )
    .set((
        objections::state.eq(row.state),
        objections::acknowledged_by.eq(row.acknowledged_by),
        objections::acknowledged_at.eq(row.acknowledged_at),
        objections::effect.eq(row.effect),
        objections::followups.eq(&row.followups),
        objections::answer.eq(&row.answer),
        objections::answered_by.eq(row.answered_by),
        objections::answered_at.eq(row.answered_at),
        objections::version.eq(row.version + 1),
    ))
    .execute(c)?;
    changed(rows)
}
