//! What is sent about shared topics.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::BidId;

/// One winner's part.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareInput {
    pub bid_id: BidId,
    /// Its part of the work.
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "北部三个供电所的试点")]
    pub scope: String,
    /// Its part of the money, in 分.
    #[validate(range(min = 0, max = 100_000_000_000i64))]
    #[schema(minimum = 0, maximum = 100_000_000_000i64, example = 120_000)]
    pub budget: i64,
}

/// Several winners of one topic.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SplitInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "两份申报各有所长，合起来覆盖全县。"
    )]
    pub reason: String,
    #[validate(length(min = 1, max = 8), nested)]
    #[schema(min_items = 1, max_items = 8)]
    pub shares: Vec<ShareInput>,
}
