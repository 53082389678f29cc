//! What comes in: the decision, objections, their answers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::BidId;
use crate::result::Effect;

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
    /// One for each ranked bid.
    #[validate(length(max = 10_000), nested)]
    pub items: Vec<DecisionItemInput>,
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

crate::text_enum! {
    /// What may be decided on a bid.
    DecidedOutcome { Winner = "winner" "中标", Reserve = "reserve" "备选", Rejected = "rejected" "未中标" }
}

/// An objection to a round (异议), by anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionInput {
    #[serde(default)]
    pub anonymous: bool,
    /// Needed unless anonymous.
    #[serde(default)]
    #[validate(length(max = 40))]
    #[schema(max_length = 40)]
    pub name: Option<String>,
    /// Where questions about it reach the person; seen by the office, the secretary and the supervisor alone.
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    pub contact: String,
    #[validate(length(min = 1, max = 4000))]
    #[schema(min_length = 1, max_length = 4000)]
    pub content: String,
    /// The bid it is about, if it is about one.
    #[serde(default)]
    pub bid_id: Option<BidId>,
}

/// More on an objection, by whoever has its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowupInput {
    #[validate(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
}

crate::text_enum! {
    Verdict { Upheld = "upheld" "成立", Rejected = "rejected" "不成立" }
}

/// The answer to an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionAnswer {
    pub outcome: Verdict,
    #[validate(length(min = 1, max = 4000))]
    #[schema(min_length = 1, max_length = 4000)]
    pub answer: String,
    /// Only with `upheld`, and once a decision has been taken.
    #[serde(default)]
    pub effect: Option<Effect>,
    /// With `rescore`: which bids are marked again. Left out: those of the topic of the bid objected to, or all.
    #[serde(default)]
    #[validate(length(max = 10_000))]
    #[schema(max_items = 10_000)]
    pub bid_ids: Vec<BidId>,
}
