//! Queries of cases, sites and replications.

pub mod listed;

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use self::listed::Part;
use super::{ReplicationState, SiteState};
use crate::clock::Instant;
use crate::db::schema::{cases, organizations, replications, sites};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{CaseId, OrganizationId, ProjectId, ReplicationId, SiteId};
use crate::text;

/// A case, published or not.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[schema(as = CaseKept)]
#[diesel(table_name = cases)]
pub struct Case {
    pub id: CaseId,
    pub project_id: ProjectId,
    #[serde(skip)]
    pub committee_id: OrganizationId,
    pub organization_id: OrganizationId,
    pub title: String,
    /// 立一个项目.
    pub establish: String,
    /// 破一个难题.
    pub solve: String,
    /// 塑一个品牌.
    pub brand: String,
    /// 创一种模式.
    pub model: String,
    pub published_at: Option<Instant>,
    pub version: i64,
    #[serde(skip)]
    pub created_at: Instant,
    #[serde(skip)]
    pub updated_at: Instant,
}

/// A site, whatever its state.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[schema(as = SiteKept)]
#[diesel(table_name = sites)]
pub struct Site {
    pub id: SiteId,
    pub project_id: ProjectId,
    #[serde(skip)]
    pub committee_id: OrganizationId,
    pub organization_id: OrganizationId,
    pub name: String,
    pub place: String,
    /// 场所.
    pub premises: String,
    /// 内涵.
    pub content: String,
    /// 特色.
    pub feature: String,
    pub state: SiteState,
    /// One to three once named, 0 before.
    pub stars: i64,
    pub named_on: Option<NaiveDate>,
    /// The last day of the term.
    pub term_until: Option<NaiveDate>,
    pub delist_reason: Option<String>,
    pub version: i64,
    #[serde(skip)]
    pub created_at: Instant,
    #[serde(skip)]
    pub updated_at: Instant,
}

/// A replication.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[schema(as = ReplicationKept)]
#[diesel(table_name = replications)]
pub struct Replication {
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
    #[serde(skip)]
    pub created_at: Instant,
}

pub fn case(c: &mut Conn, id: CaseId) -> Result<Case> {
    Ok(cases::table.find(id).select(Case::as_select()).first(c)?)
}

pub fn case_of(c: &mut Conn, project: ProjectId) -> Result<Option<Case>> {
    Ok(cases::table
        .filter(cases::project_id.eq(project))
        .select(Case::as_select())
        .first(c)
        .optional()?)
}

impl Case {
    /// What is searched of it.
    fn folded(&self) -> String {
        let texts = [
            &self.title,
            &self.establish,
            &self.solve,
            &self.brand,
            &self.model,
        ];
        text::folded(&texts.map(String::as_str).join("\n"))
    }
}

impl Site {
    /// What is searched of it.
    fn folded(&self) -> String {
        let texts = [
            &self.name,
            &self.place,
            &self.premises,
            &self.content,
            &self.feature,
        ];
        text::folded(&texts.map(String::as_str).join("\n"))
    }
}

pub fn insert_case(c: &mut Conn, row: &Case) -> Result<()> {
    diesel::insert_into(cases::table)
        .values((row, cases::folded.eq(row.folded())))
        .execute(c)?;
    Ok(())
}

/// Writes the texts of `row` if nobody was faster.
pub fn update_case(c: &mut Conn, row: &Case, now: Instant) -> Result<()> {
    let rows = diesel::update(
        cases::table
            .find(row.id)
            .filter(cases::version.eq(row.version)),
    )
    .set((
        cases::title.eq(&row.title),
        cases::establish.eq(&row.establish),
        cases::solve.eq(&row.solve),
        cases::brand.eq(&row.brand),
        cases::model.eq(&row.model),
        cases::folded.eq(row.folded()),
        cases::published_at.eq(row.published_at),
        cases::version.eq(row.version + 1),
        cases::updated_at.eq(now),
    ))
    .execute(c)?;
    changed(rows)
}

pub fn site(c: &mut Conn, id: SiteId) -> Result<Site> {
    Ok(sites::table.find(id).select(Site::as_select()).first(c)?)
}

pub fn site_of(c: &mut Conn, project: ProjectId) -> Result<Option<Site>> {
    Ok(sites::table
        .filter(sites::project_id.eq(project))
        .select(Site::as_select())
        .first(c)
        .optional()?)
}

pub fn insert_site(c: &mut Conn, row: &Site) -> Result<()> {
    diesel::insert_into(sites::table)
        .values((row, sites::folded.eq(row.folded())))
        .execute(c)?;
    Ok(())
}

/// Writes state, stars, term and reason of `row` if nobody was faster.
pub fn update_site(c: &mut Conn, row: &Site, now: Instant) -> Result<()> {
    let rows = diesel::update(
        sites::table
            .find(row.id)
            .filter(sites::version.eq(row.version)),
    )
    .set((
        sites::state.eq(row.state),
        sites::stars.eq(row.stars),
        sites::named_on.eq(row.named_on),
        sites::term_until.eq(row.term_until),
        sites::delist_reason.eq(&row.delist_reason),
        sites::version.eq(row.version + 1),
        sites::updated_at.eq(now),
    ))
    .execute(c)?;
    changed(rows)
}

pub fn replication(c: &mut Conn, id: ReplicationId) -> Result<Replication> {
    Ok(replications::table
        .find(id)
        .select(Replication::as_select())
        .first(c)?)
}

pub fn insert_replication(c: &mut Conn, row: &Replication) -> Result<()> {
    diesel::insert_into(replications::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn update_replication(c: &mut Conn, row: &Replication) -> Result<()> {
    let rows = diesel::update(
        replications::table
            .find(row.id)
            .filter(replications::version.eq(row.version)),
    )
    .set((
        replications::effect.eq(&row.effect),
        replications::state.eq(row.state),
        replications::version.eq(row.version + 1),
    ))
    .execute(c)?;
    changed(rows)
}

/// Replications of a site or a case with the adopting organization's short name, newest first.
pub fn replications_of(
    c: &mut Conn,
    site: Option<SiteId>,
    case: Option<CaseId>,
) -> Result<Vec<(Replication, String)>> {
    let mut query = replications::table
        .inner_join(organizations::table)
        .select((Replication::as_select(), organizations::short_name))
        .order(replications::id.desc())
        .limit(200)
        .into_boxed::<crate::db::MultiBackend>();
    query = match (site, case) {
        (Some(site), Some(case)) => query.filter(
            replications::site_id
                .eq(site)
                .or(replications::case_id.eq(case)),
        ),
        (Some(site), None) => query.filter(replications::site_id.eq(site)),
        (None, Some(case)) => query.filter(replications::case_id.eq(case)),
        (None, None) => return Ok(Vec::new()),
    };
    Ok(query.load(c)?)
}

/// Whether the organization already follows this site or case.
pub fn adopted_already(
    c: &mut Conn,
    site: Option<SiteId>,
    case: Option<CaseId>,
    organization: OrganizationId,
) -> Result<bool> {
    Ok(replications_of(c, site, case)?
        .iter()
        .any(|(row, _)| row.organization_id == organization))
}

/// What these organizations adopted, newest first.
pub fn adopted_by(
    c: &mut Conn,
    own: &[OrganizationId],
    state: Option<ReplicationState>,
    part: Part,
) -> Result<Vec<(Replication, String)>> {
    let mut query = replications::table
        .inner_join(organizations::table)
        .filter(replications::organization_id.eq_any(own.to_vec()))
        .filter(replications::id.lt(ReplicationId(part.below())))
        .order(replications::id.desc())
        .limit(part.limit)
        .select((Replication::as_select(), organizations::short_name))
        .into_boxed::<crate::db::MultiBackend>();
    if let Some(state) = state {
        query = query.filter(replications::state.eq(state));
    }
    Ok(query.load(c)?)
}

/// What others adopted from these organizations, newest first.
pub fn adopted_from(
    c: &mut Conn,
    own: &[OrganizationId],
    state: Option<ReplicationState>,
    part: Part,
) -> Result<Vec<(Replication, String)>> {
    let of_sites = sites::table
        .filter(sites::organization_id.eq_any(own.to_vec()))
        .select(sites::id.nullable());
    let of_cases = cases::table
        .filter(cases::organization_id.eq_any(own.to_vec()))
        .select(cases::id.nullable());
    let mut query = replications::table
        .inner_join(organizations::table)
        .filter(
            replications::site_id
                .eq_any(of_sites)
                .or(replications::case_id.eq_any(of_cases)),
        )
        .filter(replications::id.lt(ReplicationId(part.below())))
        .order(replications::id.desc())
        .limit(part.limit)
        .select((Replication::as_select(), organizations::short_name))
        .into_boxed::<crate::db::MultiBackend>();
    if let Some(state) = state {
        query = query.filter(replications::state.eq(state));
    }
    Ok(query.load(c)?)
}
