//! What is typed to decide on a failed topic.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::failed::rules::FailedDecision;
use crate::ids::BidId;

/// What becomes of a failed topic (流标).
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FailedInput {
    pub decision: FailedDecision,
    /// Published with the decision.
    #[validate(length(min = 1, max = 500))]
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "只有一个支部申报，缺少比较。"
    )]
    pub reason: String,
    /// Of a joint project: the bid it is built on; the first submitted unless told.
    #[serde(default)]
    pub lead_bid_id: Option<BidId>,
}
