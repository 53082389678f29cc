//! How shared topics are shown to programs.

use serde::Serialize;
use utoipa::ToSchema;

use super::SplitState;
use super::store::{Share, Split};
use crate::clock::Instant;
use crate::ids::{BidId, RoundId, TopicId};

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ShareShown {
    pub bid_id: BidId,
    pub organization: String,
    pub title: String,
    pub scope: String,
    /// 分.
    pub budget: i64,
}

/// A topic several are proposed to win together.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SplitShown {
    pub topic_id: TopicId,
    pub round_id: RoundId,
    pub state: SplitState,
    pub reason: String,
    pub shares: Vec<ShareShown>,
    pub proposed_at: Instant,
    pub settled_at: Option<Instant>,
    pub version: i64,
}

impl From<(Split, Vec<Share>)> for SplitShown {
    fn from((split, shares): (Split, Vec<Share>)) -> Self {
        Self {
            topic_id: split.topic_id,
            round_id: split.round_id,
            state: split.state,
            reason: split.reason,
            shares: shares
                .into_iter()
                .map(|share| ShareShown {
                    bid_id: share.bid_id,
                    organization: share.organization,
                    title: share.title.unwrap_or_default(),
                    scope: share.scope,
                    budget: share.budget,
                })
                .collect(),
            proposed_at: split.proposed_at,
            settled_at: split.settled_at,
            version: split.version,
        }
    }
}
