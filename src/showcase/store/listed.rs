//! Cases, sites and replications as one person may list them: of one's own organizations, and of all that one oversees.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::db::schema::{cases, organizations, replications, sites};
use crate::db::{Conn, MultiBackend};
use crate::error::Result;
use crate::ids::{CaseId, OrganizationId, ProjectId, ReplicationId, SiteId};
use crate::showcase::{ReplicationState, SiteState};
use crate::web::paging::DEFAULT_LIMIT;
use crate::who::Actor;
use crate::who::policy::{self, OVERSEERS};

/// What may be listed for somebody.
pub struct Reach {
    own: Vec<OrganizationId>,
    paths: Vec<String>,
}

impl Reach {
    pub fn of(actor: &Actor) -> Self {
        Self {
            own: policy::own_work(actor),
            paths: actor.paths_of(OVERSEERS),
        }
    }

    /// All under these paths.
    pub fn over(paths: Vec<String>) -> Self {
        Self {
            own: Vec::new(),
            paths,
        }
    }
}

/// A part of a list: ids below `before`, so many of them.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub before: Option<i64>,
    pub limit: i64,
}

impl Part {
    /// The newest.
    pub const FIRST: Self = Self {
        before: None,
        limit: DEFAULT_LIMIT,
    };

    pub(super) fn below(self) -> i64 {
        self.before.unwrap_or(i64::MAX)
    }
}

/// A case in a list.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
#[schema(as = CaseLine)]
pub struct CaseListed {
    pub id: CaseId,
    pub project_id: ProjectId,
    pub organization_id: OrganizationId,
    #[schema(example = "运维党支部")]
    pub organization: String,
    pub title: String,
    /// None: it waits for the office.
    pub published_at: Option<Instant>,
    pub version: i64,
}

/// Newest first.
pub fn cases(
    c: &mut Conn,
    reach: &Reach,
    published: Option<bool>,
    part: Part,
) -> Result<Vec<CaseListed>> {
    let mut query = cases::table
        .inner_join(organizations::table.on(cases::organization_id.eq(organizations::id)))
        .select((
            cases::id,
            cases::project_id,
            cases::organization_id,
            organizations::short_name,
            cases::title,
            cases::published_at,
            cases::version,
        ))
        .into_boxed::<MultiBackend>()
        .filter(cases::organization_id.eq_any(reach.own.clone()));
    for path in &reach.paths {
        query = query.or_filter(organizations::path.like(format!("{path}%")));
    }
    query = match published {
        Some(true) => query.filter(cases::published_at.is_not_null()),
        Some(false) => query.filter(cases::published_at.is_null()),
        None => query,
    };
    Ok(query
        .filter(cases::id.lt(CaseId(part.below())))
        .order(cases::id.desc())
        .limit(part.limit)
        .load(c)?)
}

/// A site in a list, whatever its state.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
#[schema(as = SiteLine)]
pub struct SiteListed {
    pub id: SiteId,
    pub project_id: ProjectId,
    pub organization_id: OrganizationId,
    #[schema(example = "运维党支部")]
    pub organization: String,
    pub name: String,
    pub place: String,
    pub state: SiteState,
    /// One to three once named, 0 before.
    pub stars: i64,
    pub named_on: Option<NaiveDate>,
    /// The last day of the term.
    pub term_until: Option<NaiveDate>,
    pub version: i64,
}

/// Newest first.
pub fn sites(
    c: &mut Conn,
    reach: &Reach,
    state: Option<SiteState>,
    part: Part,
) -> Result<Vec<SiteListed>> {
    let mut query = sites::table
        .inner_join(organizations::table.on(sites::organization_id.eq(organizations::id)))
        .select((
            sites::id,
            sites::project_id,
            sites::organization_id,
            organizations::short_name,
            sites::name,
            sites::place,
            sites::state,
            sites::stars,
            sites::named_on,
            sites::term_until,
            sites::version,
        ))
        .into_boxed::<MultiBackend>()
        .filter(sites::organization_id.eq_any(reach.own.clone()));
    for path in &reach.paths {
        query = query.or_filter(organizations::path.like(format!("{path}%")));
    }
    if let Some(state) = state {
        query = query.filter(sites::state.eq(state));
    }
    Ok(query
        .filter(sites::id.lt(SiteId(part.below())))
        .order(sites::id.desc())
        .limit(part.limit)
        .load(c)?)
}

/// A replication in a list.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
#[schema(as = ReplicationLine)]
pub struct ReplicationListed {
    pub id: ReplicationId,
    pub site_id: Option<SiteId>,
    pub case_id: Option<CaseId>,
    pub organization_id: OrganizationId,
    /// Who adopted the model.
    #[schema(example = "检修党支部")]
    pub organization: String,
    pub adapted: String,
    pub state: ReplicationState,
    pub adopted_on: NaiveDate,
    pub version: i64,
}

/// Whoever adopted or was adopted from is in reach; newest first.
pub fn replications(
    c: &mut Conn,
    reach: &Reach,
    state: Option<ReplicationState>,
    part: Part,
) -> Result<Vec<ReplicationListed>> {
    let origins = diesel::alias!(organizations as origins);
    let above = origins.field(organizations::path);
    let of_sites = || {
        let origin = sites::organization_id.eq(origins.field(organizations::id));
        sites::table
            .inner_join(origins.on(origin))
            .select(sites::id.nullable())
    };
    let of_cases = || {
        let origin = cases::organization_id.eq(origins.field(organizations::id));
        cases::table
            .inner_join(origins.on(origin))
            .select(cases::id.nullable())
    };
    let own = || reach.own.clone();
    let mut query = replications::table
        .inner_join(organizations::table)
        .select((
            replications::id,
            replications::site_id,
            replications::case_id,
            replications::organization_id,
            organizations::short_name,
            replications::adapted,
            replications::state,
            replications::adopted_on,
            replications::version,
        ))
        .into_boxed::<MultiBackend>()
        .filter(replications::organization_id.eq_any(own()))
        .or_filter(
            replications::site_id.eq_any(of_sites().filter(sites::organization_id.eq_any(own()))),
        )
        .or_filter(
            replications::case_id.eq_any(of_cases().filter(cases::organization_id.eq_any(own()))),
        );
    for path in &reach.paths {
        let below = || format!("{path}%");
        query = query
            .or_filter(organizations::path.like(below()))
            .or_filter(replications::site_id.eq_any(of_sites().filter(above.like(below()))))
            .or_filter(replications::case_id.eq_any(of_cases().filter(above.like(below()))));
    }
    if let Some(state) = state {
        query = query.filter(replications::state.eq(state));
    }
    Ok(query
        .filter(replications::id.lt(ReplicationId(part.below())))
        .order(replications::id.desc())
        .limit(part.limit)
        .load(c)?)
}
