//! How shared topics are shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::{Share, Split};

/// A topic several are proposed to win together.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SplitShown {
    #[serde(flatten)]
    pub split: Split,
    pub shares: Vec<Share>,
}
