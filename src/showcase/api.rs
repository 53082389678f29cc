//! `/api/v1/{cases,sites,replications}`: keeping the showcase. The public side is in `portal`.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::scene::{CaseScene, ReplicationScene, SiteScene};
use super::store::listed::{self, Part, Reach};
use super::{ReplicationState, SiteState};
use crate::error::Result;
use crate::ids::{CaseId, ReplicationId, SiteId};
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

pub fn cases(ask: &mut Ask) -> Result<Reply> {
    let query: CasesQuery = ask.query()?;
    policy::business_person(ask.actor)?;
    let (part, shown) = part(query.limit, query.cursor.as_deref())?;
    let rows = listed::cases(ask.c, &Reach::of(ask.actor), query.published, part)?;
    Reply::ok(&Listing::new(rows, shown, |line| line.id.0))
}

pub fn sites(ask: &mut Ask) -> Result<Reply> {
    let query: SitesQuery = ask.query()?;
    policy::business_person(ask.actor)?;
    let (part, shown) = part(query.limit, query.cursor.as_deref())?;
    let rows = listed::sites(ask.c, &Reach::of(ask.actor), query.state, part)?;
    Reply::ok(&Listing::new(rows, shown, |line| line.id.0))
}

pub fn replications(ask: &mut Ask) -> Result<Reply> {
    let query: ReplicationsQuery = ask.query()?;
    policy::business_person(ask.actor)?;
    let (part, shown) = part(query.limit, query.cursor.as_deref())?;
    let rows = listed::replications(ask.c, &Reach::of(ask.actor), query.state, part)?;
    Reply::ok(&Listing::new(rows, shown, |line| line.id.0))
}

pub fn case(ask: &mut Ask, id: CaseId) -> Result<Reply> {
    reading::<CaseScene>(ask, id)
}

pub fn site(ask: &mut Ask, id: SiteId) -> Result<Reply> {
    reading::<SiteScene>(ask, id)
}

pub fn replication(ask: &mut Ask, id: ReplicationId) -> Result<Reply> {
    reading::<ReplicationScene>(ask, id)
}
