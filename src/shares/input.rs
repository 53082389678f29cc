//! What is sent about shared topics.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::BidId;

/// One winner's part. A line with neither work nor money is no share.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareInput {
    pub bid_id: BidId,
    /// Its part of the work.
    #[serde(default)]
    #[validate(length(max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "北部三个供电所的试点")]
    pub scope: String,
    /// Its part of the money, in 分.
    #[serde(default)]
    #[validate(range(min = 0, max = 100_000_000_000i64))]
    #[schema(minimum = 0, maximum = 100_000_000_000i64, example = 120_000)]
    pub budget: Option<i64>,
}

/// Several winners of one topic.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SharesInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "两份申报各有所长，合起来覆盖全县。"
    )]
    pub reason: String,
    /// At most eight with something in them.
    #[validate(length(min = 1, max = 1000), nested)]
    #[schema(min_items = 1)]
    pub shares: Vec<ShareInput>,
}
