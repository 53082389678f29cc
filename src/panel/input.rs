//! What comes in about the panel.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::{OrganizationId, UserId};
use crate::panel::RelationKind;
use crate::seats::SeatInput;

/// A post somebody holds at an organization besides their own, or held there.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostInput {
    pub organization_id: OrganizationId,
    #[validate(length(min = 1, max = 50))]
    #[schema(min_length = 1, max_length = 50, example = "联系领导")]
    pub post: String,
    pub from_on: NaiveDate,
    /// Left out while it lasts.
    #[serde(default)]
    pub until_on: Option<NaiveDate>,
}

/// The last day of a post.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndInput {
    pub until_on: NaiveDate,
}

/// A relation to an organization, or to a person by staff number: one of the two.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationInput {
    pub kind: RelationKind,
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    #[serde(default)]
    #[validate(length(min = 1, max = 32))]
    #[schema(min_length = 1, max_length = 32, example = "TX0015")]
    pub staff_number: Option<String>,
    /// Its last day, if it is over or will be.
    #[serde(default)]
    pub until_on: Option<NaiveDate>,
}

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

/// An order of presentation, as the office prepares it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresentationInput {
    /// Needed to draw again; shown to all.
    #[serde(default)]
    #[validate(length(min = 1, max = 500))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

/// Substitutes in the order in which they take a seat.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubstitutesInput {
    #[serde(default)]
    #[validate(length(max = 50))]
    #[schema(max_items = 50)]
    pub user_ids: Vec<UserId>,
}

/// A reviewer's answer to the invitation.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    pub accept: bool,
    /// Needed to decline.
    #[serde(default)]
    #[validate(length(min = 1, max = 500))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

/// One member leaves, another takes the seat.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplacementInput {
    pub out_user_id: UserId,
    /// The first substitute who may, unless told.
    #[serde(default)]
    pub in_user_id: Option<UserId>,
    /// Shown to all who see the panel.
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "因病不能到会")]
    pub reason: String,
}

/// One tie declared along with the undertaking.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TieInput {
    pub organization_id: OrganizationId,
    pub kind: RelationKind,
}

/// The undertaking, with the organizations one has ties with; none means that there are none.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclarationInput {
    #[serde(default)]
    #[validate(length(max = 50), nested)]
    #[schema(max_items = 50)]
    pub ties: Vec<TieInput>,
}

/// Why a recusal should be lifted.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "登记有误，二人并非亲属")]
    pub reason: String,
}

/// The supervisor's answer to a proposal to lift a recusal.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftAnswerInput {
    pub agree: bool,
    /// Needed to disagree.
    #[serde(default)]
    #[validate(length(min = 1, max = 500))]
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// How many reviewers mark each bid; left out, all do.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModeInput {
    #[serde(default)]
    #[validate(range(min = 1, max = 99))]
    #[schema(minimum = 1, maximum = 99, example = 7)]
    pub reviewers_per_bid: Option<i64>,
}

/// The whole panel: who is not in it has no seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PanelInput {
    #[validate(length(max = 99), nested)]
    #[schema(max_items = 99)]
    pub members: Vec<SeatInput>,
}

/// Why a reviewer leaves a topic to the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecusalInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "申报负责人是我的近亲属")]
    pub reason: String,
}
