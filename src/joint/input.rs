//! What is sent about joint bids.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::BidId;

/// Which bids are to go on as one, and how.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergerInput {
    pub lead_bid_id: BidId,
    #[validate(length(min = 1, max = 7))]
    #[schema(min_items = 1, max_items = 7)]
    pub partner_bid_ids: Vec<BidId>,
    /// 联合方案: who does what.
    #[validate(length(min = 1, max = 4000))]
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "运维支部牵头，负责线路看护；仁厚支部负责群众宣传。"
    )]
    pub statement: String,
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "两份申报针对同一个难题。")]
    pub reason: String,
}

/// The joint statement, changed: all are asked anew.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JointStatementInput {
    #[validate(length(min = 1, max = 4000))]
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "运维支部牵头，负责线路看护；仁厚支部负责群众宣传。"
    )]
    pub statement: String,
}

/// An organization's answer.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergerAnswerInput {
    #[schema(example = true)]
    pub agree: bool,
    /// Of what was read: an answer to something since changed is refused.
    #[validate(length(max = 64))]
    #[schema(max_length = 64)]
    pub digest: String,
    /// Owed by whoever declines.
    #[serde(default)]
    #[validate(length(max = 500))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}
