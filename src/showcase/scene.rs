//! Projects, cases, sites and replications as one person may know of them.

use super::origin::{Origin, origin_of};
use super::store::{self, Case, Replication, Site};
use crate::audit::{self, Chain, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{CaseId, OrganizationId, ProjectId, ReplicationId, SiteId};
use crate::people;
use crate::projects::{self, Project};
use crate::verbs::{Scene, Subject};
use crate::who::{Actor, policy};

/// A project, and what the showcase has of it.
pub struct ProjectScene {
    pub project: Project,
    pub committee_path: String,
    pub case: Option<Case>,
    pub site: Option<Site>,
}

impl ProjectScene {
    pub fn of(c: &mut Conn, project: Project) -> Result<Self> {
        Ok(Self {
            committee_path: people::organization(c, project.committee_id)?.path,
            case: store::case_of(c, project.id)?,
            site: store::site_of(c, project.id)?,
            project,
        })
    }
}

impl Scene for ProjectScene {
    type Id = ProjectId;

    fn load(c: &mut Conn, actor: &Actor, id: &ProjectId) -> Result<Self> {
        let project = projects::visible(c, actor, *id)?;
        Self::of(c, project)
    }

    /// The case's: what is written of the project here is its case.
    fn version(&self) -> i64 {
        self.case.as_ref().map_or(0, |case| case.version)
    }
}

/// A case, known to whoever sees its project.
pub struct CaseScene {
    pub case: Case,
    pub project: Project,
    pub committee_path: String,
}

impl Scene for CaseScene {
    type Id = CaseId;

    fn load(c: &mut Conn, actor: &Actor, id: &CaseId) -> Result<Self> {
        actor.person()?;
        let case = store::case(c, *id)?;
        let project = projects::visible(c, actor, case.project_id)?;
        Ok(Self {
            committee_path: people::organization(c, case.committee_id)?.path,
            case,
            project,
        })
    }

    fn version(&self) -> i64 {
        self.case.version
    }
}

impl Subject for CaseScene {
    type Shown = Case;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<Case> {
        Ok(self.case.clone())
    }

    fn event(&self, verb: audit::Verb) -> Event {
        let case = &self.case;
        event(verb, "case", case.id.0, case.committee_id).organization(case.organization_id)
    }

    fn href(&self) -> String {
        format!("/showcase/cases/{}", self.case.id)
    }

    fn address(&self) -> String {
        format!("/api/v1/cases/{}", self.case.id)
    }
}

/// A site, known to whoever sees its project.
pub struct SiteScene {
    pub site: Site,
    pub project: Project,
    pub committee_path: String,
}

impl Scene for SiteScene {
    type Id = SiteId;

    fn load(c: &mut Conn, actor: &Actor, id: &SiteId) -> Result<Self> {
        actor.person()?;
        let site = store::site(c, *id)?;
        let project = projects::visible(c, actor, site.project_id)?;
        Ok(Self {
            committee_path: people::organization(c, site.committee_id)?.path,
            site,
            project,
        })
    }

    fn version(&self) -> i64 {
        self.site.version
    }
}

impl Subject for SiteScene {
    type Shown = Site;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<Site> {
        Ok(self.site.clone())
    }

    fn event(&self, verb: audit::Verb) -> Event {
        let site = &self.site;
        event(verb, "site", site.id.0, site.committee_id).organization(site.organization_id)
    }

    fn href(&self) -> String {
        format!("/showcase/sites/{}", self.site.id)
    }

    fn address(&self) -> String {
        format!("/api/v1/sites/{}", self.site.id)
    }
}

/// A replication, known to both organizations and to who oversees them.
pub struct ReplicationScene {
    pub row: Replication,
    pub origin: Origin,
}

impl Scene for ReplicationScene {
    type Id = ReplicationId;

    fn load(c: &mut Conn, actor: &Actor, id: &ReplicationId) -> Result<Self> {
        actor.person()?;
        let row = store::replication(c, *id)?;
        let origin = origin_of(c, &row)?;
        for organization in [row.organization_id, origin.organization] {
            let organization = people::organization(c, organization)?;
            if policy::sees_work_of(actor, organization.id, &organization.path) {
                return Ok(Self { row, origin });
            }
        }
        Err(Error::NotFound)
    }

    fn version(&self) -> i64 {
        self.row.version
    }
}

impl Subject for ReplicationScene {
    type Shown = Replication;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<Replication> {
        Ok(self.row.clone())
    }

    fn event(&self, verb: audit::Verb) -> Event {
        let committee = self.origin.committee;
        event(verb, "replication", self.row.id.0, committee).organization(self.row.organization_id)
    }

    fn href(&self) -> String {
        format!("/showcase/replications/{}", self.row.id)
    }

    fn address(&self) -> String {
        format!("/api/v1/replications/{}", self.row.id)
    }
}

fn event(verb: audit::Verb, kind: &'static str, id: i64, committee: OrganizationId) -> Event {
    Event::new(verb, Chain::Committee(committee), kind, id)
}
