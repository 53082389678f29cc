//! Granting and revoking roles.

use serde_json::json;

use super::super::store::GrantRow;
use super::super::{RoleInput, rules, store};
use crate::audit::{self, Chain, Event, Verb};
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::ids::{RoleGrantId, UserId};
use crate::who::{Actor, policy};

/// Grants a role at an organization. Nobody grants to themselves; the three administrators stay apart.
pub fn grant_role(
    tx: &mut Tx,
    actor: &Actor,
    user: UserId,
    input: &RoleInput,
) -> Result<RoleGrantId> {
    policy::may_grant_some_roles(actor)?;
    let person = store::user(tx, user)?;
    let organization = store::organization(tx, input.organization_id)
        .map_err(|_| Error::field("organization_id", "没有这个组织。"))?;
    policy::may_grant_roles(actor, &organization.path)?;
    not_oneself(actor.user_id() == Some(user))?;
    if person.disabled {
        return Err(Refusal::new("already_disabled", "这个账号已经停用。").into());
    }
    let now = tx.now();
    let version = store::turn(tx, user, now)?;
    for held in store::grants_of(tx, &[user])? {
        if held.role == input.role && held.organization_id == input.organization_id {
            return Err(Refusal::new("already_granted", "已经有这个角色。").into());
        }
        if let Some(refusal) = rules::incompatible(held.role, input.role) {
            return Err(refusal.into());
        }
    }
    let id = RoleGrantId::fresh(now);
    store::insert_grant(tx, id, user, input.role, organization.id, now)?;
    let event = Event::new(Verb::RoleGranted, Chain::System, "user", user.0)
        .organization(organization.id)
        .version(version)
        .detail(json!({ "grant": id, "role": input.role, "name": person.name }));
    audit::record(tx, actor, event)?;
    Ok(id)
}

/// Takes a role back, at once.
pub fn revoke_role(tx: &mut Tx, actor: &Actor, user: UserId, grant: RoleGrantId) -> Result<()> {
    policy::may_grant_some_roles(actor)?;
    let held: GrantRow = store::grant(tx, grant)?;
    if held.user_id != user {
        return Err(Error::NotFound);
    }
    policy::may_grant_roles(actor, &held.organization_path)?;
    not_oneself(actor.user_id() == Some(user))?;
    let now = tx.now();
    let version = store::turn(tx, user, now)?;
    if store::revoke_grant(tx, grant, now)? != 1 {
        return Err(Error::stale());
    }
    let event = Event::new(Verb::RoleRevoked, Chain::System, "user", user.0)
        .organization(held.organization_id)
        .version(version)
        .detail(json!({ "grant": grant, "role": held.role }));
    audit::record(tx, actor, event)
}

/// Nobody changes their own roles.
pub fn not_oneself(own: bool) -> Result<()> {
    if own {
        return Err(Error::Forbidden(
            Refusal::new("own_roles", "不能授予或收回自己的角色。")
                .remedy("请由另一位安全管理员办理。"),
        ));
    }
    Ok(())
}
