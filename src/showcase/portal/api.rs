//! `/api/v1/public/…`: the portal for programs. No login, cached like the pages.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::pages::SHORTEST;
use super::views::{AdoptionShown, CaseShown, SiteShown};
use super::{lists, store};
use crate::error::{Error, Result};
use crate::ids::{AnnouncementId, CaseId, SiteId};
use crate::web::cache::{Content, Public};
use crate::web::{Ask, PageQuery, paging};

fn json<T: Serialize>(value: &T) -> Result<Public> {
    Ok(Public {
        content: Content::Json(serde_json::to_value(value)?),
        until: None,
    })
}

pub fn projects(ask: &mut Ask) -> Result<Public> {
    let query: PageQuery = ask.query()?;
    let c = &mut *ask.c;
    json(&lists::projects(c, query.after()?, query.limit())?)
}

pub fn cases(ask: &mut Ask) -> Result<Public> {
    let query: PageQuery = ask.query()?;
    let c = &mut *ask.c;
    json(&lists::cases(c, query.after()?, query.limit())?)
}

/// A case and who adopted its model.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseWhole {
    #[serde(flatten)]
    pub case: CaseShown,
    pub replications: Vec<AdoptionShown>,
}

pub fn case(ask: &mut Ask, id: CaseId) -> Result<Public> {
    let c = &mut *ask.c;
    let case = CaseShown::from(store::case(c, id)?);
    let site = store::site_of_project(c, case.project_id)?;
    let replications = store::adoptions(c, site.map(|(id, _)| id), Some(id))?;
    json(&CaseWhole {
        case,
        replications: replications.into_iter().map(AdoptionShown::from).collect(),
    })
}

pub fn sites(ask: &mut Ask) -> Result<Public> {
    let query: PageQuery = ask.query()?;
    let c = &mut *ask.c;
    json(&lists::sites(c, query.after()?, query.limit())?)
}

/// A site, its case, and who adopted its model.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteWhole {
    #[serde(flatten)]
    pub site: SiteShown,
    pub case_id: Option<CaseId>,
    pub adoptions: Vec<AdoptionShown>,
}

pub fn site(ask: &mut Ask, id: SiteId) -> Result<Public> {
    let c = &mut *ask.c;
    let site = lists::site(c, id)?;
    let case = store::case_of_project(c, site.project_id)?.map(|(id, _)| id);
    let adoptions = store::adoptions(c, Some(id), case)?;
    json(&SiteWhole {
        site,
        case_id: case,
        adoptions: adoptions.into_iter().map(AdoptionShown::from).collect(),
    })
}

pub fn announcements(ask: &mut Ask) -> Result<Public> {
    let query: PageQuery = ask.query()?;
    let c = &mut *ask.c;
    json(&lists::announcements(c, query.after()?, query.limit())?)
}

pub fn announcement(ask: &mut Ask, id: AnnouncementId) -> Result<Public> {
    let c = &mut *ask.c;
    json(&lists::announcement(c, id)?)
}

#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Two to forty letters: words, all of which are meant. Full width, half width and case are one.
    #[validate(length(min = 2, max = 40, message = "请输入 2 到 40 个字。"))]
    #[param(min_length = 2, max_length = 40, example = "安全")]
    pub q: String,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

pub fn search(ask: &mut Ask) -> Result<Public> {
    let query: SearchQuery = ask.query()?;
    let c = &mut *ask.c;
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
}
