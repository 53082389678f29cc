//! What is shown of cases, sites and replications to those who keep them.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{Case, Replication, Site};
use super::{ReplicationState, SiteState};
use crate::clock::Instant;
use crate::ids::{CaseId, OrganizationId, ProjectId, ReplicationId, SiteId};

/// A case, published or not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseKept {
    pub id: CaseId,
    pub project_id: ProjectId,
    pub organization_id: OrganizationId,
    pub title: String,
    pub establish: String,
    pub solve: String,
    pub brand: String,
    pub model: String,
    pub published_at: Option<Instant>,
    pub version: i64,
}

impl From<Case> for CaseKept {
    fn from(case: Case) -> Self {
        Self {
            id: case.id,
            project_id: case.project_id,
            organization_id: case.organization_id,
            title: case.title,
            establish: case.establish,
            solve: case.solve,
            brand: case.brand,
            model: case.model,
            published_at: case.published_at,
            version: case.version,
        }
    }
}

/// A site, whatever its state.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SiteKept {
    pub id: SiteId,
    pub project_id: ProjectId,
    pub organization_id: OrganizationId,
    pub name: String,
    pub place: String,
    pub premises: String,
    pub content: String,
    pub feature: String,
    pub state: SiteState,
    /// 0 before it is named.
    pub stars: i64,
    pub named_on: Option<NaiveDate>,
    pub term_until: Option<NaiveDate>,
    pub delist_reason: Option<String>,
    pub version: i64,
}

impl From<Site> for SiteKept {
    fn from(site: Site) -> Self {
        Self {
            id: site.id,
            project_id: site.project_id,
            organization_id: site.organization_id,
            name: site.name,
            place: site.place,
            premises: site.premises,
            content: site.content,
            feature: site.feature,
            state: site.state,
            stars: site.stars,
            named_on: site.named_on,
            term_until: site.term_until,
            delist_reason: site.delist_reason,
            version: site.version,
        }
    }
}

/// A replication.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReplicationKept {
    pub id: ReplicationId,
    pub site_id: Option<SiteId>,
    pub case_id: Option<CaseId>,
    /// Who adopted the model.
    pub organization_id: OrganizationId,
    pub adapted: String,
    /// Empty before the report.
    pub effect: String,
    pub state: ReplicationState,
    pub adopted_on: NaiveDate,
    pub version: i64,
}

impl From<Replication> for ReplicationKept {
    fn from(row: Replication) -> Self {
        Self {
            id: row.id,
            site_id: row.site_id,
            case_id: row.case_id,
            organization_id: row.organization_id,
            adapted: row.adapted,
            effect: row.effect,
            state: row.state,
            adopted_on: row.adopted_on,
            version: row.version,
        }
    }
}
