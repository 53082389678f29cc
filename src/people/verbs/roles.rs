//! Granting a role at an organization, and taking it back at once: security administrators, never for themselves.

use crate::ids::{RoleGrantId, UserId};
use crate::people::scene::{AccountScene, GrantScene};
use crate::people::{RoleInput, rules, store};
use crate::verbs::prelude::*;

pub struct GrantRole;

impl Verb for GrantRole {
    type On = AccountScene;
    type Gives = GrantScene;
    type Input = RoleInput;
    type Ready = ();

    const NAME: &'static str = "grant_role";
    const SAYS: &'static str = "Grant a role at an organization: by a security administrator, never to oneself.\nThe three administrators are kept apart from each other and from business.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoleGranted);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required", "own_roles"];
    const REFUSES: &'static [&'static str] = &[
        "already_disabled",
        "already_granted",
        rules::INCOMPATIBLE_ADMINISTRATORS,
    ];

    fn who(on: &AccountScene, actor: &Actor) -> Result<()> {
        policy::may_grant_some_roles(actor)?;
        not_oneself(actor, on.row.user.id)
    }

    fn when(_: &mut Conn, on: &AccountScene, _: &Actor, _: Instant) -> Result<()> {
        if on.row.user.disabled {
            return Err(Refusal::new("already_disabled", "这个账号已经停用。").into());
        }
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: AccountScene,
        (): (),
        actor: &Actor,
        input: &RoleInput,
    ) -> Result<Done<Self>> {
        let organization = store::organization(tx, input.organization_id)
            .map_err(|_| Error::field("organization_id", "没有这个组织。"))?;
        policy::may_grant_roles(actor, &organization.path)?;
        let user = on.row.user;
        let now = tx.now();
        store::turn(tx, user.id, now)?;
        for held in store::grants_of(tx, &[user.id])? {
            if held.role == input.role && held.organization_id == input.organization_id {
                return Err(Refusal::new("already_granted", "已经有这个角色。").into());
            }
            if let Some(refusal) = rules::incompatible(held.role, input.role) {
                return Err(refusal.into());
            }
        }
        let id = RoleGrantId::fresh(now);
        store::insert_grant(tx, id, user.id, input.role, organization.id, now)?;
        Ok(Done::of((user.id, id), "已授予角色。")
            .detail(json!({ "grant": id, "role": input.role, "name": user.name })))
    }
}

pub struct RevokeRole;

impl Verb for RevokeRole {
    type On = GrantScene;
    type Gives = GrantScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "revoke_role";
    const SAYS: &'static str = "Take a role back, at once.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoleRevoked);
    const STATUS: u16 = 204;
    const FORBIDS: &'static [&'static str] = &["role_required", "own_roles"];

    fn who(on: &GrantScene, actor: &Actor) -> Result<()> {
        policy::may_grant_roles(actor, &on.row.organization_path)?;
        not_oneself(actor, on.row.user_id)
    }

    fn when(_: &mut Conn, on: &GrantScene, _: &Actor, _: Instant) -> Result<()> {
        match on.row.revoked_at {
            None => Ok(()),
            Some(_) => Err(Error::NotFound),
        }
    }

    fn perform(tx: &mut Tx, on: GrantScene, (): (), _: &Actor, _: &Empty) -> Result<Done<Self>> {
        let (user, grant) = (on.row.user_id, on.row.id);
        let now = tx.now();
        store::turn(tx, user, now)?;
        if store::revoke_grant(tx, grant, now)? != 1 {
            return Err(Error::stale());
        }
        Ok(Done::of((user, grant), "已收回角色。")
            .detail(json!({ "grant": grant, "role": on.row.role })))
    }
}

/// Nobody changes their own roles.
fn not_oneself(actor: &Actor, user: UserId) -> Result<()> {
    if actor.user_id() == Some(user) {
        return Err(Error::Forbidden(
            Refusal::new("own_roles", "不能授予或收回自己的角色。")
                .remedy("请由另一位安全管理员办理。"),
        ));
    }
    Ok(())
}
