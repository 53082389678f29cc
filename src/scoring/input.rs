//! What comes in: marks.

mod paper;

pub use paper::{DisputeInput, PaperAgainInput, PaperInput};

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::error::Result;
use crate::ids::{BidId, CriterionId};
use crate::marks::Mark;
use crate::web::Cursor;

/// One mark, with the comment it may need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkInput {
    pub criterion_id: CriterionId,
    /// 0 to the criterion's full marks in the round's steps; may be missing in a draft.
    #[serde(default)]
    pub mark: Option<Mark>,
    /// Needed below 60 % and above 95 % of the full marks.
    #[serde(default)]
    #[validate(length(max = 1000))]
    #[schema(max_length = 1000)]
    pub comment: Option<String>,
}

/// A reviewer's own sheet on one subject: a draft, or handed in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetInput {
    #[validate(length(max = 20), nested)]
    #[schema(max_items = 20)]
    pub marks: Vec<MarkInput>,
    /// Hand it in: each criterion needs its mark.
    #[serde(default)]
    pub submit: bool,
    /// Remarks on the whole.
    #[serde(default)]
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    pub notes: Option<String>,
}

/// Why the chair sends a sheet back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenInput {
    /// Shown to the reviewer.
    #[validate(length(min = 1, max = 500))]
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "实施能力的打分与所写理由不符，请核对。"
    )]
    pub reason: String,
}

/// Which page of one's own work is shown.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WorkQuery {
    /// Assignments wanted, 1 to 200; 200 unless told.
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl WorkQuery {
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(200)
    }

    /// The bid to go on after.
    pub fn after(&self) -> Result<Option<BidId>> {
        let key = self.cursor.as_deref().map(Cursor::read).transpose()?;
        Ok(key.map(BidId))
    }
}
