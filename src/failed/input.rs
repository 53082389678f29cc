//! What a bidder answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// Whether one's bid goes on as part of a joint one (联合攻关).
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JointInput {
    #[schema(example = true)]
    pub agree: bool,
}
