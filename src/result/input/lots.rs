//! What comes in about lots between bids that share a rank.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::BidId;

/// A commitment to a word, for lots between bids that share a rank: `word` or `commitment`, not both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LotInput {
    /// All bids that share the rank, in any order.
    #[validate(length(min = 2, max = 100))]
    #[schema(min_items = 2, max_items = 100)]
    pub bid_ids: Vec<BidId>,
    /// The service draws a salt, shows the commitment and keeps the salt, not the word.
    #[serde(default)]
    #[schema(min_length = 8, max_length = 100, example = "七月流火九月授衣")]
    pub word: Option<String>,
    /// `SHA-256("biaogan-lot-1\n" salt "\n" word)`, made on a device of one's own: the service knows nothing.
    #[serde(default)]
    #[validate(length(max = 100))]
    #[schema(min_length = 64, max_length = 64)]
    pub commitment: Option<String>,
}

/// What one committed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealInput {
    #[schema(min_length = 8, max_length = 100, example = "七月流火九月授衣")]
    pub word: String,
    /// With a commitment of one's own device.
    #[serde(default)]
    #[schema(min_length = 32, max_length = 128)]
    pub salt: Option<String>,
}

/// Why a draw is void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidLotsInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "督导员未在约定时间揭示")]
    pub reason: String,
}
