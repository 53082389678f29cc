//! Queries of the portal. Only what is published leaves this file.

use diesel::prelude::*;

use super::super::store::{Case, Site};
use super::super::{ReplicationState, SiteState};
use crate::clock::Instant;
use crate::db::schema::{
    announcements, cases, organizations, projects, replications, rounds, sites,
};
use crate::db::{Conn, MultiBackend};
use crate::error::Result;
use crate::ids::{AnnouncementId, CaseId, OrganizationId, ProjectId, RoundId, SiteId};
use crate::rounds::{Announcement, Round, RoundState};
use crate::text::containing;

/// An accepted project as the public sees it.
#[derive(Debug, Clone, Queryable)]
pub struct ProjectRow {
    pub id: ProjectId,
    pub title: String,
    pub grade: Option<String>,
    pub organization: String,
}

pub type CaseRow = (Case, String);
pub type SiteRow = (Site, String);
pub type NoticeRow = (Announcement, String);
pub type RoundRow = (Round, String);

/// Which rows of a list: newest first, between two keys, at most so many, containing all these folded words.
#[derive(Debug, Clone, Default)]
pub struct Slice {
    pub before: Option<i64>,
    /// Only rows above this key.
    pub above: i64,
    pub limit: i64,
    pub containing: Vec<String>,
}

/// So many rows of each list are searched in one go.
const SEARCHED: i64 = 2_000;

/// The key that a search from `before` on stops at, so that it reads no more than so many rows of any list; 0: it reads
/// all there is.
pub fn reach(c: &mut Conn, before: Option<i64>) -> Result<i64> {
    let before = before.unwrap_or(i64::MAX);
    let case: Option<CaseId> = cases::table
        .filter(cases::published_at.is_not_null())
        .filter(cases::id.lt(CaseId(before)))
        .order(cases::id.desc())
        .offset(SEARCHED)
        .limit(1)
        .select(cases::id)
        .first(c)
        .optional()?;
    let site: Option<SiteId> = sites::table
        .filter(sites::state.eq(SiteState::Named))
        .filter(sites::id.lt(SiteId(before)))
        .order(sites::id.desc())
        .offset(SEARCHED)
        .limit(1)
        .select(sites::id)
        .first(c)
        .optional()?;
    let announcement: Option<AnnouncementId> = announcements::table
        .filter(announcements::id.lt(AnnouncementId(before)))
        .order(announcements::id.desc())
        .offset(SEARCHED)
        .limit(1)
        .select(announcements::id)
        .first(c)
        .optional()?;
    let stops = [
        case.map(|id| id.0),
        site.map(|id| id.0),
        announcement.map(|id| id.0),
    ];
    Ok(stops.into_iter().flatten().max().unwrap_or(0))
}

pub fn cases(c: &mut Conn, slice: &Slice) -> Result<Vec<CaseRow>> {
    let mut query = cases::table
        .inner_join(organizations::table.on(cases::organization_id.eq(organizations::id)))
        .filter(cases::published_at.is_not_null())
        .filter(cases::id.gt(CaseId(slice.above)))
        .select((Case::as_select(), organizations::short_name))
        .order(cases::id.desc())
        .limit(slice.limit)
        .into_boxed::<MultiBackend>();
    if let Some(before) = slice.before {
        query = query.filter(cases::id.lt(before));
    }
    for word in &slice.containing {
        let like = containing(word);
        query = query.filter(
            cases::folded
                .like(like.clone())
                .escape('\\')
                .or(organizations::folded.like(like).escape('\\')),
        );
    }
    Ok(query.load(c)?)
}

/// A published case.
pub fn case(c: &mut Conn, id: CaseId) -> Result<CaseRow> {
    Ok(cases::table
        .inner_join(organizations::table.on(cases::organization_id.eq(organizations::id)))
        .filter(cases::id.eq(id))
        .filter(cases::published_at.is_not_null())
        .select((Case::as_select(), organizations::short_name))
        .first(c)?)
}

pub fn case_of_project(c: &mut Conn, project: ProjectId) -> Result<Option<(CaseId, String)>> {
    Ok(cases::table
        .filter(cases::project_id.eq(project))
        .filter(cases::published_at.is_not_null())
        .select((cases::id, cases::title))
        .first(c)
        .optional()?)
}

/// Named sites only.
pub fn sites(c: &mut Conn, slice: &Slice) -> Result<Vec<SiteRow>> {
    let mut query = sites::table
        .inner_join(organizations::table.on(sites::organization_id.eq(organizations::id)))
        .filter(sites::state.eq(SiteState::Named))
        .filter(sites::id.gt(SiteId(slice.above)))
        .select((Site::as_select(), organizations::short_name))
        .order(sites::id.desc())
        .limit(slice.limit)
        .into_boxed::<MultiBackend>();
    if let Some(before) = slice.before {
        query = query.filter(sites::id.lt(before));
    }
    for word in &slice.containing {
        let like = containing(word);
        query = query.filter(
            sites::folded
                .like(like.clone())
                .escape('\\')
                .or(organizations::folded.like(like).escape('\\')),
        );
    }
    Ok(query.load(c)?)
}

/// A site that is or was named.
pub fn site(c: &mut Conn, id: SiteId) -> Result<SiteRow> {
    Ok(sites::table
        .inner_join(organizations::table.on(sites::organization_id.eq(organizations::id)))
        .filter(sites::id.eq(id))
        .filter(sites::state.eq_any(vec![SiteState::Named, SiteState::Delisted]))
        .select((Site::as_select(), organizations::short_name))
        .first(c)?)
}

pub fn site_of_project(c: &mut Conn, project: ProjectId) -> Result<Option<(SiteId, String)>> {
    Ok(sites::table
        .filter(sites::project_id.eq(project))
        .filter(sites::state.eq(SiteState::Named))
        .select((sites::id, sites::name))
        .first(c)
        .optional()?)
}

pub fn announcements(c: &mut Conn, slice: &Slice) -> Result<Vec<NoticeRow>> {
    let mut query = announcements::table
        .inner_join(organizations::table)
        .filter(announcements::id.gt(AnnouncementId(slice.above)))
        .select((Announcement::as_select(), organizations::short_name))
        .order(announcements::id.desc())
        .limit(slice.limit)
        .into_boxed::<MultiBackend>();
    if let Some(before) = slice.before {
        query = query.filter(announcements::id.lt(before));
    }
    for word in &slice.containing {
        query = query.filter(announcements::folded.like(containing(word)).escape('\\'));
    }
    Ok(query.load(c)?)
}

pub fn announcement(c: &mut Conn, id: AnnouncementId) -> Result<NoticeRow> {
    Ok(announcements::table
        .inner_join(organizations::table)
        .filter(announcements::id.eq(id))
        .select((Announcement::as_select(), organizations::short_name))
        .first(c)?)
}

pub fn announcements_of(c: &mut Conn, round: RoundId) -> Result<Vec<Announcement>> {
    Ok(announcements::table
        .filter(announcements::round_id.eq(round))
        .order(announcements::id.desc())
        .limit(50)
        .select(Announcement::as_select())
        .load(c)?)
}

/// Published rounds that may still take bids at `now`, the nearest deadline first.
pub fn open_rounds(c: &mut Conn, now: Instant) -> Result<Vec<RoundRow>> {
    Ok(rounds::table
        .inner_join(organizations::table)
        .filter(rounds::state.eq(RoundState::Open))
        .filter(rounds::deadline.ge(now))
        .select((Round::as_select(), organizations::short_name))
        .order(rounds::deadline)
        .limit(50)
        .load(c)?)
}

/// A round that was published, whatever became of it.
pub fn published_round(c: &mut Conn, id: RoundId) -> Result<RoundRow> {
    Ok(rounds::table
        .inner_join(organizations::table)
        .filter(rounds::id.eq(id))
        .filter(rounds::published_at.is_not_null())
        .select((Round::as_select(), organizations::short_name))
        .first(c)?)
}

/// Accepted projects with a grade, newest first.
pub fn projects(c: &mut Conn, slice: &Slice) -> Result<Vec<ProjectRow>> {
    let mut query = projects::table
        .inner_join(organizations::table.on(projects::organization_id.eq(organizations::id)))
        .filter(projects::state.eq_any(vec!["accepted", "completed"]))
        .filter(projects::grade.is_not_null())
        .select((
            projects::id,
            projects::title,
            projects::grade,
            organizations::short_name,
        ))
        .order(projects::id.desc())
        .limit(slice.limit)
        .into_boxed::<MultiBackend>();
    if let Some(before) = slice.before {
        query = query.filter(projects::id.lt(before));
    }
    Ok(query.load(c)?)
}

/// Published cases of these projects.
pub fn cases_of(c: &mut Conn, ids: Vec<ProjectId>) -> Result<Vec<(ProjectId, CaseId)>> {
    Ok(cases::table
        .filter(cases::project_id.eq_any(ids))
        .filter(cases::published_at.is_not_null())
        .select((cases::project_id, cases::id))
        .load(c)?)
}

/// Numbers of the home page: published cases, named sites, confirmed replications, organizations that replicate.
pub struct Numbers {
    pub cases: i64,
    pub sites: i64,
    pub replications: i64,
}

pub fn numbers(c: &mut Conn) -> Result<Numbers> {
    Ok(Numbers {
        cases: cases::table
            .filter(cases::published_at.is_not_null())
            .count()
            .get_result(c)?,
        sites: sites::table
            .filter(sites::state.eq(SiteState::Named))
            .count()
            .get_result(c)?,
        replications: replications::table
            .filter(replications::state.eq(ReplicationState::Confirmed))
            .count()
            .get_result(c)?,
    })
}

/// How many organizations adopted each of these sites' models.
pub fn replication_counts(c: &mut Conn, ids: Vec<SiteId>) -> Result<Vec<(SiteId, i64)>> {
    let rows: Vec<(Option<SiteId>, i64)> = replications::table
        .filter(replications::site_id.eq_any(ids))
        .group_by(replications::site_id)
        .select((replications::site_id, diesel::dsl::count_star()))
        .load(c)?;
    Ok(rows
        .into_iter()
        .filter_map(|(site, count)| site.map(|site| (site, count)))
        .collect())
}

/// One adoption of a model, for the public.
#[derive(Debug, Clone, Queryable)]
pub struct Adoption {
    pub organization_id: OrganizationId,
    pub organization: String,
    pub adapted: String,
    pub effect: String,
    pub state: ReplicationState,
    pub adopted_on: chrono::NaiveDate,
}

/// Adoptions of a site's or its project's case's model, oldest first.
pub fn adoptions(
    c: &mut Conn,
    site: Option<SiteId>,
    case: Option<CaseId>,
) -> Result<Vec<Adoption>> {
    Ok(replications::table
        .inner_join(organizations::table)
        .filter(
            replications::site_id
                .eq(site.unwrap_or(SiteId(0)))
                .or(replications::case_id.eq(case.unwrap_or(CaseId(0)))),
        )
        .select((
            replications::organization_id,
            organizations::short_name,
            replications::adapted,
            replications::effect,
            replications::state,
            replications::adopted_on,
        ))
        .order(replications::id)
        .limit(200)
        .load(c)?)
}
