//! How objections are shown.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::award::ObjectionState;
use crate::award::store::{Followup, Objection};
use crate::clock::Instant;
use crate::error::Result;
use crate::ids::{BidId, RoundId};
use crate::rounds::Round;

/// What lodging an objection answers: the code is shown once and kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectionLodged {
    #[schema(example = "K7QM-3WXP-AB2C")]
    pub code: String,
    /// The day by which it is answered.
    pub due_on: NaiveDate,
}

/// An objection as whoever has its code sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectionFollowed {
    pub round_id: RoundId,
    pub round_title: String,
    pub bid_id: Option<BidId>,
    pub content: String,
    pub followups: Vec<Followup>,
    pub state: ObjectionState,
    pub lodged_at: Instant,
    pub due_on: NaiveDate,
    pub acknowledged_at: Option<Instant>,
    pub answer: Option<String>,
    pub answered_at: Option<Instant>,
}

impl ObjectionFollowed {
    pub fn of(row: &Objection, round: &Round) -> Result<Self> {
        Ok(Self {
            round_id: row.round_id,
            round_title: round.title.clone(),
            bid_id: row.bid_id,
            content: row.content.clone(),
            followups: row.followups()?,
            state: row.state,
            lodged_at: row.lodged_at,
            due_on: row.due_on,
            acknowledged_at: row.acknowledged_at,
            answer: row.answer.clone(),
            answered_at: row.answered_at,
        })
    }
}
