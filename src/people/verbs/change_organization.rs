//! Renaming, correcting the code, reordering, disabling and enabling an organization.

use super::create_organization::{facts, free_code};
use crate::people::scene::OrganizationScene;
use crate::people::{Organization, OrganizationChange, store};
use crate::verbs::prelude::*;

pub struct ChangeOrganization;

impl Verb for ChangeOrganization {
    type On = OrganizationScene;
    type Gives = OrganizationScene;
    type Input = OrganizationChange;
    type Ready = ();

    const NAME: &'static str = "change_organization";
    const SAYS: &'static str =
        "Rename, correct the code, reorder, disable or enable; what is left out stays.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::OrganizationChanged);
    const EXPECTS: Expects = Expects::Version;
    const FILLED: &'static [&'static str] = &["name", "short_name", "code"];
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] =
        &["own_organization", "merged_away", "taken_meanwhile"];

    fn who(on: &OrganizationScene, actor: &Actor) -> Result<()> {
        policy::may_manage_accounts(actor, &on.row.path)
    }

    fn when(_: &mut Conn, _: &OrganizationScene, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: OrganizationScene,
        (): (),
        actor: &Actor,
        change: &OrganizationChange,
    ) -> Result<Done<Self>> {
        let row = on.row;
        if let Some(disabled) = change.disabled {
            may_switch(&row, actor, disabled)?;
        }
        let change = change.clone();
        let code = match &change.code {
            Some(typed) => free_code(tx, typed, row.id)?,
            None => row.code.clone(),
        };
        let next = Organization {
            code,
            name: change.name.unwrap_or_else(|| row.name.clone()),
            short_name: change.short_name.unwrap_or_else(|| row.short_name.clone()),
            position: change.position.unwrap_or(row.position),
            disabled: change.disabled.unwrap_or(row.disabled),
            ..row.clone()
        };
        rewrite(tx, &row, next)
    }
}

/// Nobody ends what they stand in themselves, and what went on in another does not come back.
fn may_switch(row: &Organization, actor: &Actor, disabled: bool) -> Result<()> {
    let own = actor
        .person()
        .is_ok_and(|who| who.organization_id == row.id);
    if own && disabled {
        return Err(
            Refusal::new("own_organization", "不能停用您自己所在的组织。")
                .remedy("请由上级系统管理员办理。")
                .into(),
        );
    }
    if row.successor_id.is_some() && !disabled {
        return Err(Refusal::new("merged_away", "已经并入别的组织，不再启用。")
            .remedy("确要恢复的，请新建一个组织。")
            .into());
    }
    Ok(())
}

/// Keeps what it was called, and writes what it is now.
fn rewrite<V>(tx: &mut Tx, was: &Organization, next: Organization) -> Result<Done<V>>
where
    V: Verb<Gives = OrganizationScene>,
{
    let now = tx.now();
    let next = Organization {
        version: was.version + 1,
        updated_at: now,
        ..next
    };
    store::update_organization(tx, &next, was.version)?;
    let called = |one: &Organization| (one.name.clone(), one.short_name.clone(), one.code.clone());
    if called(&next) != called(was) {
        store::keep_former_names(tx, was, now)?;
    }
    // Names stand on public pages.
    tx.publish_change()?;
    Ok(Done::of(next.id, format!("已保存{}。", next.short_name)).detail(facts(&next)))
}

/// Out of use (`OFF`), or in use again.
pub struct Switch<const OFF: bool>;

pub type DisableOrganization = Switch<true>;
pub type EnableOrganization = Switch<false>;

impl<const OFF: bool> Verb for Switch<OFF> {
    type On = OrganizationScene;
    type Gives = OrganizationScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = match OFF {
        true => "disable_organization",
        false => "enable_organization",
    };
    const SAYS: &'static str = match OFF {
        true => {
            "From now on it begins, submits and signs nothing new; what runs goes on: by a system administrator."
        }
        false => "Take up a disabled organization again: by a system administrator.",
    };
    const EVENT: Option<audit::Verb> = Some(audit::Verb::OrganizationChanged);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = match OFF {
        true => &["already_disabled", "own_organization"],
        false => &["merged_away", "not_disabled"],
    };

    fn who(on: &OrganizationScene, actor: &Actor) -> Result<()> {
        policy::may_manage_accounts(actor, &on.row.path)
    }

    fn when(_: &mut Conn, on: &OrganizationScene, actor: &Actor, _: Instant) -> Result<()> {
        if on.row.disabled == OFF {
            let (code, reason) = match OFF {
                true => ("already_disabled", "这个组织已经停用。"),
                false => ("not_disabled", "这个组织没有停用。"),
            };
            return Err(Refusal::new(code, reason).into());
        }
        may_switch(&on.row, actor, OFF)
    }

    fn perform(
        tx: &mut Tx,
        on: OrganizationScene,
        (): (),
        _: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
        let next = Organization {
            disabled: OFF,
            ..on.row.clone()
        };
        rewrite(tx, &on.row, next)
    }
}
