//! `/api/v1/public/…`: the portal for programs. No login, cached like the pages.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::pages::SHORTEST;
use super::views::{AdoptionShown, CaseShown, Hit, NoticeShown, ProjectShown, SiteShown};
use super::{lists, store};
use crate::error::{Error, Result};
use crate::ids::{AnnouncementId, CaseId, SiteId};
use crate::web::cache::{Content, Public};
use crate::web::errors::Problem;
use crate::web::{App, Listing, PageQuery, Query, paging};

fn json<T: Serialize>(value: &T) -> Result<Public> {
    Ok(Public {
        content: Content::Json(serde_json::to_value(value)?),
        until: None,
    })
}

/// Accepted projects with their grade.
#[utoipa::path(get, path = "/api/v1/public/projects", tag = "showcase", security(()), params(PageQuery),
    responses((status = 200, body = Listing<ProjectShown>), (status = 422, body = Problem)))]
pub async fn projects(
    app: Data<App>,
    req: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.public(&req, move |c, _| {
        json(&lists::projects(c, query.after()?, query.limit())?)
    })
    .await
}

/// Published cases.
#[utoipa::path(get, path = "/api/v1/public/cases", tag = "showcase", security(()), params(PageQuery),
    responses((status = 200, body = Listing<CaseShown>), (status = 422, body = Problem)))]
pub async fn cases(
    app: Data<App>,
    req: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.public(&req, move |c, _| {
        json(&lists::cases(c, query.after()?, query.limit())?)
    })
    .await
}

/// A case and who adopted its model.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseWhole {
    #[serde(flatten)]
    pub case: CaseShown,
    pub replications: Vec<AdoptionShown>,
}

/// One published case.
#[utoipa::path(get, path = "/api/v1/public/cases/{id}", tag = "showcase", security(()),
    params(("id" = i64, Path)), responses((status = 200, body = CaseWhole), (status = 404, body = Problem)))]
pub async fn case(app: Data<App>, req: HttpRequest, id: Path<CaseId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.public(&req, move |c, _| {
        let case = CaseShown::from(store::case(c, id)?);
        let site = store::site_of_project(c, case.project_id)?;
        let replications = store::adoptions(c, site.map(|(id, _)| id), Some(id))?;
        json(&CaseWhole {
            case,
            replications: replications.into_iter().map(AdoptionShown::from).collect(),
        })
    })
    .await
}

/// Named demonstration sites.
#[utoipa::path(get, path = "/api/v1/public/sites", tag = "showcase", security(()), params(PageQuery),
    responses((status = 200, body = Listing<SiteShown>), (status = 422, body = Problem)))]
pub async fn sites(
    app: Data<App>,
    req: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.public(&req, move |c, _| {
        json(&lists::sites(c, query.after()?, query.limit())?)
    })
    .await
}

/// A site, its case, and who adopted its model.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteWhole {
    #[serde(flatten)]
    pub site: SiteShown,
    pub case_id: Option<CaseId>,
    pub adoptions: Vec<AdoptionShown>,
}

/// One site that is or was named.
#[utoipa::path(get, path = "/api/v1/public/sites/{id}", tag = "showcase", security(()),
    params(("id" = i64, Path)), responses((status = 200, body = SiteWhole), (status = 404, body = Problem)))]
pub async fn site(app: Data<App>, req: HttpRequest, id: Path<SiteId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.public(&req, move |c, _| {
        let site = lists::site(c, id)?;
        let case = store::case_of_project(c, site.project_id)?.map(|(id, _)| id);
        let adoptions = store::adoptions(c, Some(id), case)?;
        json(&SiteWhole {
            site,
            case_id: case,
            adoptions: adoptions.into_iter().map(AdoptionShown::from).collect(),
        })
    })
    .await
}

/// Announcements, newest first.
#[utoipa::path(get, path = "/api/v1/public/announcements", tag = "showcase", security(()), params(PageQuery),
    responses((status = 200, body = Listing<NoticeShown>), (status = 422, body = Problem)))]
pub async fn announcements(
    app: Data<App>,
    req: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.public(&req, move |c, _| {
        json(&lists::announcements(c, query.after()?, query.limit())?)
    })
    .await
}

/// One announcement.
#[utoipa::path(get, path = "/api/v1/public/announcements/{id}", tag = "showcase", security(()),
    params(("id" = i64, Path)), responses((status = 200, body = NoticeShown), (status = 404, body = Problem)))]
pub async fn announcement(
    app: Data<App>,
    req: HttpRequest,
    id: Path<AnnouncementId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.public(&req, move |c, _| {
        json(&NoticeShown::from(store::announcement(c, id)?))
    })
    .await
}

#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Two to forty letters; taken literally, case folded.
    #[validate(length(min = 2, max = 40, message = "请输入 2 到 40 个字。"))]
    #[param(min_length = 2, max_length = 40, example = "安全")]
    pub q: String,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

/// Published cases, named sites and announcements that contain a text.
#[utoipa::path(get, path = "/api/v1/public/search", tag = "showcase", security(()), params(SearchQuery),
    responses((status = 200, body = Listing<Hit>), (status = 422, body = Problem)))]
pub async fn search(
    app: Data<App>,
    req: HttpRequest,
    query: Query<SearchQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.public(&req, move |c, _| {
        let q = query.q.trim();
        if q.chars().count() < SHORTEST {
            return Err(Error::field("q", "请输入 2 到 40 个字。"));
        }
        let after = query
            .cursor
            .as_deref()
            .map(crate::web::Cursor::read)
            .transpose()?;
        let limit = query.limit.unwrap_or(paging::DEFAULT_LIMIT);
        json(&lists::search(c, q, after, limit)?)
    })
    .await
}
