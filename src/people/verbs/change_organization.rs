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
        let own = actor
            .person()
            .is_ok_and(|who| who.organization_id == row.id);
        if own && change.disabled == Some(true) {
            return Err(
                Refusal::new("own_organization", "不能停用您自己所在的组织。")
                    .remedy("请由上级系统管理员办理。")
                    .into(),
            );
        }
        if row.successor_id.is_some() && change.disabled == Some(false) {
            return Err(Refusal::new("merged_away", "已经并入别的组织，不再启用。")
                .remedy("确要恢复的，请新建一个组织。")
                .into());
        }
        let (change, now) = (change.clone(), tx.now());
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
            version: row.version + 1,
            updated_at: now,
            ..row.clone()
        };
        store::update_organization(tx, &next, row.version)?;
        let called =
            |one: &Organization| (one.name.clone(), one.short_name.clone(), one.code.clone());
        if called(&next) != called(&row) {
            store::keep_former_names(tx, &row, now)?;
        }
        // Names stand on public pages.
        tx.publish_change()?;
        Ok(Done::of(next.id, format!("已保存{}。", next.short_name)).detail(facts(&next)))
    }
}
