//! Sheets filled in on paper, as the office types them in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::{BidId, UserId};
use crate::scoring::input::{MarkInput, SheetInput};

/// What a signed paper sheet says, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperInput {
    pub reviewer_id: UserId,
    pub bid_id: BidId,
    /// One for each criterion.
    #[validate(length(max = 20), nested)]
    #[schema(max_items = 20)]
    pub marks: Vec<MarkInput>,
    /// Remarks on the whole.
    #[serde(default)]
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    pub notes: Option<String>,
}

impl PaperInput {
    /// As if its reviewer had handed it in.
    pub fn sheet(&self) -> SheetInput {
        SheetInput {
            marks: self.marks.clone(),
            submit: true,
            notes: self.notes.clone(),
        }
    }
}

/// The whole sheet again, right this time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaperAgainInput {
    /// Shown to the reviewer.
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "第二项录错一行。")]
    pub reason: String,
    /// One for each criterion.
    #[validate(length(max = 20), nested)]
    #[schema(max_items = 20)]
    pub marks: Vec<MarkInput>,
    /// Remarks on the whole.
    #[serde(default)]
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    pub notes: Option<String>,
}

impl PaperAgainInput {
    /// As if its reviewer had handed it in.
    pub fn sheet(&self) -> SheetInput {
        SheetInput {
            marks: self.marks.clone(),
            submit: true,
            notes: self.notes.clone(),
        }
    }
}

/// What a reviewer finds wrong with what was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisputeInput {
    /// Shown to whoever entered the sheet.
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "第二项与原件不符。")]
    pub reason: String,
}
