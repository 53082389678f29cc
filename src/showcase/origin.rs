//! Where a model that is copied comes from, and who may adopt for whom.

use super::SiteState;
use super::input::AdoptInput;
use super::store::{self, Replication};
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

/// The origin of a replication's model, or of what is about to be adopted: public sites and cases only.
pub fn origin(c: &mut Conn, input: &AdoptInput) -> Result<Origin> {
    match (input.site_id, input.case_id) {
        (Some(id), None) => {
            let site = store::site(c, id)?;
            match site.state {
                SiteState::Named => {}
                SiteState::Nominated => return Err(Error::NotFound),
                SiteState::Delisted => {
                    return Err(
                        Refusal::new("site_delisted", "示范点已经摘牌，不再供人采用。").into(),
                    );
                }
            }
            Ok(Origin {
                organization: site.organization_id,
                committee: site.committee_id,
                title: site.name,
                href: format!("/sites/{id}"),
            })
        }
        (None, Some(id)) => {
            let case = store::case(c, id)?;
            if case.published_at.is_none() {
                return Err(Error::NotFound);
            }
            Ok(Origin {
                organization: case.organization_id,
                committee: case.committee_id,
                title: case.title,
                href: format!("/cases/{id}"),
            })
        }
        (None, None) | (Some(_), Some(_)) => {
            Err(Error::field("site_id", "请选一个示范点或一个案例。"))
        }
    }
}

/// The origin of what was adopted, whatever became of it since.
pub fn origin_of(c: &mut Conn, row: &Replication) -> Result<Origin> {
    if let Some(id) = row.site_id {
        let site = store::site(c, id)?;
        return Ok(Origin {
            organization: site.organization_id,
            committee: site.committee_id,
            title: site.name,
            href: format!("/sites/{id}"),
        });
    }
    let id = row.case_id.ok_or(Error::NotFound)?;
    let case = store::case(c, id)?;
    Ok(Origin {
        organization: case.organization_id,
        committee: case.committee_id,
        title: case.title,
        href: format!("/cases/{id}"),
    })
}

/// Organizations this person adopts for: those whose secretary they are.
pub fn adopters(actor: &Actor) -> Vec<OrganizationId> {
    let mut own = actor.own_organizations();
    own.retain(|id| actor.holds_at(Role::BranchSecretary, *id));
    own
}
