//! How shared topics are shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::{Share, Shares};

/// A topic several are proposed to win together.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SharesShown {
    #[serde(flatten)]
    pub proposal: Shares,
    pub shares: Vec<Share>,
}
