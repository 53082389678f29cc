//! Where a model that is copied comes from, and who may adopt for whom.

use super::SiteState;
use super::input::ModelId;
use super::store::{self, Case, Replication, Site};
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::OrganizationId;
use crate::who::{Actor, Role};

/// Where a model comes from.
pub struct Origin {
    pub organization: OrganizationId,
    pub committee: OrganizationId,
    pub title: String,
    pub href: String,
}

/// The origin of what is about to be adopted: public sites and cases only.
pub fn origin(c: &mut Conn, model: ModelId) -> Result<Origin> {
    match (model.site_id, model.case_id) {
        (Some(id), None) => {
            let site = store::site(c, id)?;
            match site.state {
                SiteState::Named => Ok(of_site(site)),
                SiteState::Nominated => Err(Error::NotFound),
                SiteState::Delisted => {
                    Err(Refusal::new("site_delisted", "示范点已经摘牌，不再供人采用。").into())
                }
            }
        }
        (None, Some(id)) => {
            let case = store::case(c, id)?;
            match case.published_at {
                Some(_) => Ok(of_case(case)),
                None => Err(Error::NotFound),
            }
        }
        (None, None) | (Some(_), Some(_)) => {
            Err(Error::field("site_id", "请选一个示范点或一个案例。"))
        }
    }
}

/// The origin of what was adopted, whatever became of it since.
pub fn origin_of(c: &mut Conn, row: &Replication) -> Result<Origin> {
    match (row.site_id, row.case_id) {
        (Some(id), _) => store::site(c, id).map(of_site),
        (None, Some(id)) => store::case(c, id).map(of_case),
        (None, None) => Err(Error::NotFound),
    }
}

fn of_site(site: Site) -> Origin {
    Origin {
        organization: site.organization_id,
        committee: site.committee_id,
        href: format!("/sites/{}", site.id),
        title: site.name,
    }
}

fn of_case(case: Case) -> Origin {
    Origin {
        organization: case.organization_id,
        committee: case.committee_id,
        href: format!("/cases/{}", case.id),
        title: case.title,
    }
}

/// Organizations this person adopts for: those whose secretary they are.
pub fn adopters(actor: &Actor) -> Vec<OrganizationId> {
    let mut own = actor.own_organizations();
    own.retain(|id| actor.holds_at(Role::BranchSecretary, *id));
    own
}
