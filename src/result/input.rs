//! What comes in about bids that share a rank.

mod lots;

pub use lots::{LotInput, RevealInput, VoidLotsInput};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::BidId;

/// The order found among bids that share a rank, best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TieInput {
    #[validate(length(min = 2, max = 100))]
    #[schema(min_items = 2, max_items = 100)]
    pub bid_ids: Vec<BidId>,
    /// How it was found: by vote. Lots are drawn by two people: `POST /rounds/{id}/lots`.
    #[serde(default = "by_vote")]
    pub method: TieMethod,
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "评审委员会 5 比 2 表决")]
    pub reason: String,
}

crate::text_enum! {
    /// How an order among equals was found.
    TieMethod { Vote = "vote" "表决", Lots = "lots" "抽签" }
}

fn by_vote() -> TieMethod {
    TieMethod::Vote
}
