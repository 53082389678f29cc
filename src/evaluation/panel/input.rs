//! What comes in about the panel.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::RelationKind;
use crate::ids::OrganizationId;

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
