//! A new organization under another, or the first committee. A committee gets its audit chain with it.

use serde_json::Value;

use crate::ids::OrganizationId;
use crate::people::scene::{Company, OrganizationScene};
use crate::people::{Organization, OrganizationInput, OrganizationKind, rules, store};
use crate::text::narrow;
use crate::verbs::prelude::*;

pub struct CreateOrganization;

impl Verb for CreateOrganization {
    type On = Company;
    type Gives = OrganizationScene;
    type Input = OrganizationInput;
    type Ready = ();

    const NAME: &'static str = "create_organization";
    const SAYS: &'static str = "A new organization under one that a system administrator keeps.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::OrganizationCreated);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["taken_meanwhile"];

    fn who(_: &Company, actor: &Actor) -> Result<()> {
        policy::may_manage_some_accounts(actor)
    }

    fn when(_: &mut Conn, _: &Company, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        _: Company,
        (): (),
        actor: &Actor,
        input: &OrganizationInput,
    ) -> Result<Done<Self>> {
        let parent = parent(tx, actor, input)?;
        let now = tx.now();
        let id = OrganizationId::fresh(now);
        let (committee_id, path) = place(id, input.kind, parent.as_ref())?;
        let code = free_code(tx, &input.code, id)?;
        let position = match input.position {
            Some(position) => position,
            None => store::last_position(tx, input.parent_id)? + 1,
        };
        let row = Organization {
            id,
            parent_id: input.parent_id,
            committee_id,
            kind: input.kind,
            name: input.name.clone(),
            short_name: input.short_name.clone(),
            code,
            position,
            path,
            disabled: false,
            successor_id: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        store::insert_organization(tx, &row)?;
        if row.kind == OrganizationKind::Committee {
            audit::open_chain(tx, row.id)?;
        }
        Ok(Done::of(id, format!("已建立{}。", row.short_name)).detail(facts(&row)))
    }
}

/// A code as it is kept, if it is no other organization's.
pub fn free_code(c: &mut Conn, typed: &str, id: OrganizationId) -> Result<String> {
    let code = narrow(typed);
    if let Some(fault) = rules::code_fault(&code) {
        return Err(Error::field("code", fault));
    }
    match store::organization_by_code(c, &code)? {
        Some(other) if other.id != id => Err(Error::field("code", "已有组织使用这个编码。")),
        Some(_) | None => Ok(code),
    }
}

/// The organization above, kept by this actor; none for the first committee.
fn parent(c: &mut Conn, actor: &Actor, input: &OrganizationInput) -> Result<Option<Organization>> {
    let Some(id) = input.parent_id else {
        policy::may_found(actor)?;
        return Ok(None);
    };
    let parent = store::organization(c, id)
        .map_err(|fault| fault.unless_there("parent_id", "没有这个上级组织。"))?;
    policy::may_manage_accounts(actor, &parent.path)?;
    Ok(Some(parent))
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

/// What the trail says of an organization that was made or changed.
pub fn facts(row: &Organization) -> Value {
    json!({
        "kind": row.kind, "name": row.name, "short_name": row.short_name, "code": row.code,
        "position": row.position, "disabled": row.disabled,
    })
}
