//! Adopting a model, reporting what came of it, confirming it.

use serde_json::json;

use super::event;
use crate::audit::{self, Verb};
use crate::clock;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{OrganizationId, ReplicationId};
use crate::people;
use crate::showcase::input::{AdoptInput, ReportInput};
use crate::showcase::store::{self, Replication};
use crate::showcase::{ReplicationAction, ReplicationState, SiteState, rules};
use crate::who::{Actor, Role, policy};

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
fn origin_of(c: &mut Conn, row: &Replication) -> Result<Origin> {
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

/// Adopts a model: another organization's secretary.
pub fn adopt(tx: &mut Tx, actor: &Actor, input: &AdoptInput) -> Result<Replication> {
    actor.person()?;
    let origin = origin(tx, input)?;
    let own = adopters(actor);
    let organization = match (input.organization_id, own.as_slice()) {
        (Some(id), _) => {
            policy::may_sign_for(actor, id)?;
            id
        }
        (None, [only]) => *only,
        (None, []) => {
            return Err(Error::Forbidden(
                Refusal::new("secretary_required", "采用别人的做法由支部书记登记。")
                    .remedy("请您的支部书记登录后办理。"),
            ));
        }
        (None, [_, _, ..]) => {
            return Err(Error::field("organization_id", "请选您代表哪个组织。"));
        }
    };
    if organization == origin.organization {
        return Err(Refusal::new("own_model", "这是本组织自己的做法，不用登记采用。").into());
    }
    if store::adopted_already(tx, input.site_id, input.case_id, organization)? {
        return Err(Refusal::new("already_adopted", "本组织已经登记采用。")
            .remedy("请在“示范推广”里反馈成效。")
            .into());
    }
    if input.adapted.trim().is_empty() {
        return Err(Error::field("adapted", "请写明结合本单位改了什么。"));
    }
    let now = tx.now();
    let row = Replication {
        id: ReplicationId::fresh(now),
        site_id: input.site_id,
        case_id: input.case_id,
        organization_id: organization,
        adapted: input.adapted.trim().to_owned(),
        effect: String::new(),
        state: ReplicationState::Adopted,
        adopted_on: clock::local_date(now),
        version: 1,
        created_at: now,
    };
    store::insert_replication(tx, &row)?;
    tx.publish_change()?;
    record(tx, actor, Verb::ReplicationAdopted, &row, &origin)?;
    Ok(row)
}

fn record(
    tx: &mut Tx,
    actor: &Actor,
    verb: Verb,
    row: &Replication,
    origin: &Origin,
) -> Result<()> {
    let recorded = event(
        verb,
        origin.committee,
        "replication",
        row.id.0,
        row.organization_id,
        row.version,
    )
    .detail(json!({ "site_id": row.site_id, "case_id": row.case_id, "origin": origin.title }));
    audit::record(tx, actor, recorded)
}

/// The replication with its origin, if this actor may know of it: both organizations and who oversees them.
pub fn visible_replication(
    c: &mut Conn,
    actor: &Actor,
    id: ReplicationId,
) -> Result<(Replication, Origin)> {
    actor.person()?;
    let row = store::replication(c, id)?;
    let origin = origin_of(c, &row)?;
    for organization in [row.organization_id, origin.organization] {
        let organization = people::organization(c, organization)?;
        if policy::sees_work_of(actor, organization.id, &organization.path) {
            return Ok((row, origin));
        }
    }
    Err(Error::NotFound)
}

/// Says what came of it: the adopting organization. A report may be corrected until it is confirmed.
pub fn report(
    tx: &mut Tx,
    actor: &Actor,
    id: ReplicationId,
    version: Option<i64>,
    input: &ReportInput,
) -> Result<Replication> {
    let (mut row, origin) = visible_replication(tx, actor, id)?;
    policy::may_act_for(actor, row.organization_id)?;
    if version.is_some_and(|version| version != row.version) {
        return Err(Error::stale());
    }
    row.state = rules::next_replication(row.state, ReplicationAction::Report)?;
    if input.effect.trim().is_empty() {
        return Err(Error::field("effect", "请写明成效。"));
    }
    row.effect = input.effect.trim().to_owned();
    store::update_replication(tx, &row)?;
    row.version += 1;
    tx.publish_change()?;
    record(tx, actor, Verb::ReplicationReported, &row, &origin)?;
    Ok(row)
}

/// Confirms what was reported: the origin's secretary.
pub fn confirm(
    tx: &mut Tx,
    actor: &Actor,
    id: ReplicationId,
    version: Option<i64>,
) -> Result<Replication> {
    let (mut row, origin) = visible_replication(tx, actor, id)?;
    policy::may_sign_for(actor, origin.organization)?;
    if version.is_some_and(|version| version != row.version) {
        return Err(Error::stale());
    }
    row.state = rules::next_replication(row.state, ReplicationAction::Confirm)?;
    store::update_replication(tx, &row)?;
    row.version += 1;
    tx.publish_change()?;
    record(tx, actor, Verb::ReplicationConfirmed, &row, &origin)?;
    Ok(row)
}
