//! What comes in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::ids::{CaseId, OrganizationId, ProjectId, SiteId};

/// A case: 立一个项目、破一个难题、塑一个品牌、创一种模式.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseText {
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100, example = "平安“365”安全管控机制")]
    pub title: String,
    /// 立一个项目.
    #[validate(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    pub establish: String,
    /// 破一个难题.
    #[validate(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    pub solve: String,
    /// 塑一个品牌.
    #[validate(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    pub brand: String,
    /// 创一种模式.
    #[validate(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    pub model: String,
}

/// The case of an accepted project.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseInput {
    pub project_id: ProjectId,
    #[validate(nested)]
    pub text: CaseText,
}

/// A demonstration site to be named.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteInput {
    pub project_id: ProjectId,
    #[validate(length(min = 1, max = 60))]
    #[schema(
        min_length = 1,
        max_length = 60,
        example = "运维党支部平安“365”党建示范点"
    )]
    pub name: String,
    /// Where it is.
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    pub place: String,
    /// 场所.
    #[validate(length(min = 1, max = 1000))]
    #[schema(min_length = 1, max_length = 1000)]
    pub premises: String,
    /// 内涵.
    #[validate(length(min = 1, max = 1000))]
    #[schema(min_length = 1, max_length = 1000)]
    pub content: String,
    /// 特色.
    #[validate(length(min = 1, max = 1000))]
    #[schema(min_length = 1, max_length = 1000)]
    pub feature: String,
    /// Needed for a project graded 良好.
    #[serde(default)]
    #[validate(length(max = 500))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

/// One to three stars.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StarsInput {
    #[validate(range(min = 1, max = 3))]
    #[schema(minimum = 1, maximum = 3, example = 3)]
    pub stars: i64,
    #[serde(default)]
    #[validate(length(max = 500))]
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// Why a site is delisted; published.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelistInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// A site or a case that others copy: one of the two.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ModelId {
    pub site_id: Option<SiteId>,
    pub case_id: Option<CaseId>,
}

/// Adopting the model of a site or of a case: exactly one of the two.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdoptInput {
    #[serde(default)]
    pub site_id: Option<SiteId>,
    #[serde(default)]
    pub case_id: Option<CaseId>,
    /// Whose secretary the caller is; needed only by a secretary of several.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    /// What is done differently here.
    #[validate(length(min = 1, max = 1000))]
    #[schema(min_length = 1, max_length = 1000)]
    pub adapted: String,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportInput {
    #[validate(length(min = 1, max = 1000))]
    #[schema(min_length = 1, max_length = 1000)]
    pub effect: String,
}
