//! What is typed at the opening.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::rounds::input::OpenerInput;

/// The opening: the openers present, each proven by their own password, and who attends.
#[derive(Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningInput {
    /// As many as the round asks for, a supervisor among them; who left the password empty is not present.
    #[validate(length(max = 9), nested)]
    #[schema(max_items = 9)]
    pub openers: Vec<OpenerInput>,
    /// Bids that were not sealed again to a renewed key are given up, for this reason, which the minute tells.
    #[serde(default)]
    #[validate(length(max = 500))]
    #[schema(max_length = 500)]
    pub abandon_reason: Option<String>,
    /// Names of those present, as the minute will list them.
    #[serde(default)]
    #[validate(length(max = 1000))]
    #[schema(max_length = 1000, example = "周敏、纪委王强、各支部代表 12 人")]
    pub attendance: String,
}
