//! `/api/v1/{cases,sites,replications}`: keeping the showcase. The public side is in `portal`.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::scene::{CaseScene, ReplicationScene, SiteScene};
use super::store::listed::{self, CaseListed, Part, Reach, ReplicationListed, SiteListed};
use super::{ReplicationState, SiteState};
use crate::error::Result;
use crate::ids::{CaseId, ReplicationId, SiteId};
use crate::tables::Sheet;
use crate::verbs::reading;
use crate::web::{Ask, Cursor, Listing, Reply, paging};
use crate::who::policy;

#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CasesQuery {
    /// `false`: those that wait for the office.
    pub published: Option<bool>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SitesQuery {
    pub state: Option<SiteState>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReplicationsQuery {
    pub state: Option<ReplicationState>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

/// What is asked for, and how many are shown: one more is read, to know whether there are more.
fn part(limit: Option<i64>, cursor: Option<&str>) -> Result<(Part, i64)> {
    let shown = limit.unwrap_or(paging::DEFAULT_LIMIT);
    let part = Part {
        before: cursor.map(Cursor::read).transpose()?,
        limit: shown + 1,
    };
    Ok((part, shown))
}

pub fn cases(ask: &mut Ask) -> Result<Listing<CaseListed>> {
    let query: CasesQuery = ask.query()?;
    policy::business_person(ask.actor)?;
    let (part, shown) = part(query.limit, query.cursor.as_deref())?;
    let rows = listed::cases(ask.c, &Reach::of(ask.actor), query.published, part)?;
    Ok(Listing::new(rows, shown, |line| line.id.0))
}

pub const CASES: Sheet<CaseListed> = Sheet {
    name: "案例",
    columns: &[
        ("编号", |row| row.id.0.into()),
        ("案例", |row| row.title.as_str().into()),
        ("组织", |row| row.organization.as_str().into()),
        ("发布", |row| row.published_at.into()),
    ],
};

pub fn sites(ask: &mut Ask) -> Result<Listing<SiteListed>> {
    let query: SitesQuery = ask.query()?;
    policy::business_person(ask.actor)?;
    let (part, shown) = part(query.limit, query.cursor.as_deref())?;
    let rows = listed::sites(ask.c, &Reach::of(ask.actor), query.state, part)?;
    Ok(Listing::new(rows, shown, |line| line.id.0))
}

pub const SITES: Sheet<SiteListed> = Sheet {
    name: "示范点",
    columns: &[
        ("编号", |row| row.id.0.into()),
        ("示范点", |row| row.name.as_str().into()),
        ("组织", |row| row.organization.as_str().into()),
        ("地点", |row| row.place.as_str().into()),
        ("状态", |row| row.state.label().into()),
        ("星级", |row| row.stars.into()),
        ("命名", |row| row.named_on.into()),
        ("有效至", |row| row.term_until.into()),
    ],
};

pub fn replications(ask: &mut Ask) -> Result<Listing<ReplicationListed>> {
    let query: ReplicationsQuery = ask.query()?;
    policy::business_person(ask.actor)?;
    let (part, shown) = part(query.limit, query.cursor.as_deref())?;
    let rows = listed::replications(ask.c, &Reach::of(ask.actor), query.state, part)?;
    Ok(Listing::new(rows, shown, |line| line.id.0))
}

pub const REPLICATIONS: Sheet<ReplicationListed> = Sheet {
    name: "推广应用",
    columns: &[
        ("编号", |row| row.id.0.into()),
        ("应用组织", |row| row.organization.as_str().into()),
        ("案例编号", |row| row.case_id.map(|case| case.0).into()),
        ("示范点编号", |row| {
            row.site_id.map(|site| site.0).into()
        }),
        ("因地制宜", |row| row.adapted.as_str().into()),
        ("状态", |row| row.state.label().into()),
        ("开始", |row| row.adopted_on.into()),
    ],
};

pub fn case(ask: &mut Ask, id: CaseId) -> Result<Reply> {
    reading::<CaseScene>(ask, id)
}

pub fn site(ask: &mut Ask, id: SiteId) -> Result<Reply> {
    reading::<SiteScene>(ask, id)
}

pub fn replication(ask: &mut Ask, id: ReplicationId) -> Result<Reply> {
    reading::<ReplicationScene>(ask, id)
}
