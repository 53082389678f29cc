//! Making and changing organizations.

use serde_json::json;

use super::super::{
    Organization, OrganizationChange, OrganizationInput, OrganizationKind, rules, store,
};
use crate::audit::{self, Chain, Event, Verb};
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::ids::OrganizationId;
use crate::who::{Actor, policy};

/// A new organization under another, or the first committee. A committee gets its audit chain with it.
pub fn create_organization(
    tx: &mut Tx,
    actor: &Actor,
    input: &OrganizationInput,
) -> Result<Organization> {
    let parent = match input.parent_id {
        Some(id) => Some(
            store::organization(tx, id)
                .map_err(|_| Error::field("parent_id", "没有这个上级组织。"))?,
        ),
        None => None,
    };
    match &parent {
        Some(parent) => policy::may_manage_accounts(actor, &parent.path)?,
        None => policy::may_found(actor)?,
    }
    let now = tx.now();
    let id = OrganizationId::fresh(now);
    let (committee_id, path) = place(id, input.kind, parent.as_ref())?;
    if let Some(fault) = rules::code_fault(&input.code) {
        return Err(Error::field("code", fault));
    }
    if store::organization_by_code(tx, &input.code)?.is_some() {
        return Err(Error::field("code", "已有组织使用这个编码。"));
    }
    let position = match input.position {
        Some(position) => position,
        None => store::last_position(tx, input.parent_id)? + 1,
    };
    let row = Organization {
        id,
        parent_id: input.parent_id,
        committee_id,
        kind: input.kind,
        name: input.name.trim().to_owned(),
        short_name: input.short_name.trim().to_owned(),
        code: input.code.clone(),
        position,
        path,
        disabled: false,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert_organization(tx, &row)?;
    if row.kind == OrganizationKind::Committee {
        audit::open_chain(tx, row.id)?;
    }
    record(tx, actor, Verb::OrganizationCreated, &row)?;
    Ok(row)
}

/// The committee and the path of a new organization.
fn place(
    id: OrganizationId,
    kind: OrganizationKind,
    parent: Option<&Organization>,
) -> Result<(OrganizationId, String)> {
    let Some(parent) = parent else {
        return if kind == OrganizationKind::Committee {
            Ok((id, format!("/{id}/")))
        } else {
            Err(Error::field("parent_id", "只有党委可以没有上级组织。"))
        };
    };
    if parent.disabled {
        return Err(Error::field("parent_id", "上级组织已停用。"));
    }
    if !rules::may_hold(parent.kind, kind) {
        return Err(Error::field(
            "kind",
            format!("{}下不能设{}。", parent.kind.label(), kind.label()),
        ));
    }
    let committee = if kind == OrganizationKind::Committee {
        id
    } else {
        parent.committee_id
    };
    Ok((committee, format!("{}{id}/", parent.path)))
}

/// Renames, reorders, disables or enables an organization.
pub fn change_organization(
    tx: &mut Tx,
    actor: &Actor,
    id: OrganizationId,
    version: i64,
    change: &OrganizationChange,
) -> Result<Organization> {
    let row = store::organization(tx, id)?;
    policy::may_manage_accounts(actor, &row.path)?;
    if change.disabled == Some(true) && actor.person().is_ok_and(|p| p.organization_id == id) {
        return Err(
            Refusal::new("own_organization", "不能停用您自己所在的组织。")
                .remedy("请由上级系统管理员办理。")
                .into(),
        );
    }
    let next = Organization {
        name: change
            .name
            .as_deref()
            .map_or(row.name, |name| name.trim().to_owned()),
        short_name: change
            .short_name
            .as_deref()
            .map_or(row.short_name, |name| name.trim().to_owned()),
        position: change.position.unwrap_or(row.position),
        disabled: change.disabled.unwrap_or(row.disabled),
        version: version + 1,
        updated_at: tx.now(),
        ..row
    };
    store::update_organization(tx, &next, version)?;
    record(tx, actor, Verb::OrganizationChanged, &next)?;
    // Names stand on public pages.
    tx.publish_change()?;
    Ok(next)
}

fn record(tx: &mut Tx, actor: &Actor, verb: Verb, row: &Organization) -> Result<()> {
    let event = Event::new(
        verb,
        Chain::Committee(row.committee_id),
        "organization",
        row.id.0,
    )
    .organization(row.id)
    .version(row.version)
    .detail(json!({
        "kind": row.kind, "name": row.name, "short_name": row.short_name, "code": row.code,
        "position": row.position, "disabled": row.disabled,
    }));
    audit::record(tx, actor, event)
}
