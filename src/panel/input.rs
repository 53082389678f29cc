//! What is sent to draw by lot.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::UserId;

/// Somebody kept out of the pool, and why; it is shown with the draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExcludedInput {
    pub user_id: UserId,
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, example = "出差至月底")]
    pub reason: String,
}

/// A draw of the panel, as the office prepares it.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DrawInput {
    /// Seats by lot.
    #[validate(range(min = 1, max = 99))]
    #[schema(minimum = 1, maximum = 99, example = 6)]
    pub seats: i64,
    /// Substitutes, in the order of their lots.
    #[serde(default)]
    #[validate(range(min = 0, max = 50))]
    #[schema(minimum = 0, maximum = 50, example = 3)]
    pub alternates: i64,
    /// Takes the chair without lot; left out, the first lot does.
    #[serde(default)]
    pub chair_user_id: Option<UserId>,
    #[serde(default)]
    #[validate(length(max = 200), nested)]
    #[schema(max_items = 200)]
    pub excluded: Vec<ExcludedInput>,
    /// Needed to draw again; shown to all.
    #[serde(default)]
    #[validate(length(min = 1, max = 500))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

/// The supervisor's word, entered when everything else of a draw stands.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NonceInput {
    #[validate(length(min = 8, max = 100))]
    #[schema(min_length = 8, max_length = 100, example = "七月流火九月授衣")]
    pub nonce: String,
}
