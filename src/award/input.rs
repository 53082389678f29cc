//! What is sent to decide.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::award::DecidedOutcome;
use crate::ids::BidId;

/// What the party committee decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionInput {
    /// Number of the 党委会 minute.
    #[validate(length(min = 1, max = 60))]
    #[schema(min_length = 1, max_length = 60, example = "党委会纪要〔2026〕3号")]
    pub minute_number: String,
    pub minute_date: NaiveDate,
    #[serde(default)]
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// One for each ranked bid, or for those that are not decided as the ranking proposes.
    #[validate(length(max = 10_000), nested)]
    pub items: Vec<DecisionItemInput>,
    /// Bids that `items` leaves out are decided as the ranking proposes; where it leaves the choice, each is named.
    #[serde(default)]
    pub others_as_proposed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionItemInput {
    pub bid_id: BidId,
    pub outcome: DecidedOutcome,
    /// Needed, and published, where the decision departs from what the ranking proposes.
    #[serde(default)]
    #[validate(length(max = 500))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}
