//! Who may do what to which. Each `may_x` says why not; visibility is one function per subject, in its room.
//!
//! The three administrators are kept apart: system (accounts and settings), security (roles and permissions), audit
//! (the trail). None of them reads business content.

use super::actor::{Actor, Role};
use crate::error::{Error, Refusal, Result};
use crate::ids::OrganizationId;

/// The audit trail is read by the audit administrator and by supervisors.
pub fn may_read_audit(actor: &Actor) -> Result<()> {
    actor.person()?;
    if actor.has(Role::AuditAdmin) || actor.has(Role::Supervisor) {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new("role_required", "审计记录只供审计管理员和纪委督导员查看。")
            .remedy("需要核对时，请联系审计管理员。"),
    ))
}

fn accounts_are_kept_by() -> Error {
    Error::Forbidden(
        Refusal::new("role_required", "账号和组织由系统管理员维护。").remedy("请联系系统管理员。"),
    )
}

fn roles_are_granted_by() -> Error {
    Error::Forbidden(
        Refusal::new("role_required", "角色由安全管理员授予。").remedy("请联系安全管理员。"),
    )
}

/// Accounts and organizations at this path are kept by the system administrators over it.
pub fn may_manage_accounts(actor: &Actor, path: &str) -> Result<()> {
    may_manage_some_accounts(actor)?;
    if matches!(actor, Actor::System) || actor.holds(Role::SystemAdmin, path) {
        return Ok(());
    }
    Err(accounts_are_kept_by())
}

/// A system administrator of anything: asked before anything of a subject is read.
pub fn may_manage_some_accounts(actor: &Actor) -> Result<()> {
    match actor {
        Actor::System => Ok(()),
        Actor::Visitor => Err(Error::unauthorized()),
        Actor::Person(_) if actor.has(Role::SystemAdmin) => Ok(()),
        Actor::Person(_) => Err(accounts_are_kept_by()),
    }
}

/// The first committee of a tree is made by the command line.
pub fn may_found(actor: &Actor) -> Result<()> {
    may_manage_some_accounts(actor)?;
    if matches!(actor, Actor::System) {
        return Ok(());
    }
    Err(Error::field(
        "parent_id",
        "请选择上级组织；最上级党委由命令行建立。",
    ))
}

/// Roles at this path are granted by the security administrators over it.
pub fn may_grant_roles(actor: &Actor, path: &str) -> Result<()> {
    may_grant_some_roles(actor)?;
    if matches!(actor, Actor::System) || actor.holds(Role::SecurityAdmin, path) {
        return Ok(());
    }
    Err(roles_are_granted_by())
}

pub fn may_grant_some_roles(actor: &Actor) -> Result<()> {
    match actor {
        Actor::System => Ok(()),
        Actor::Visitor => Err(Error::unauthorized()),
        Actor::Person(_) if actor.has(Role::SecurityAdmin) => Ok(()),
        Actor::Person(_) => Err(roles_are_granted_by()),
    }
}

/// Accounts are seen by system and security administrators.
pub fn may_see_accounts(actor: &Actor) -> Result<()> {
    match actor {
        Actor::System => Ok(()),
        Actor::Visitor => Err(Error::unauthorized()),
        Actor::Person(_) if actor.has(Role::SystemAdmin) || actor.has(Role::SecurityAdmin) => {
            Ok(())
        }
        Actor::Person(_) => Err(Error::Forbidden(
            Refusal::new(
                "role_required",
                "账号由系统管理员维护，角色由安全管理员授予。",
            )
            .remedy("请联系系统管理员或安全管理员。"),
        )),
    }
}

/// Roles that see a committee's business within their reach.
pub const OVERSEERS: &[Role] = &[Role::Office, Role::CommitteeSecretary, Role::Supervisor];

/// Sees the contracts and projects of this organization: its own people, and office, secretary and supervisor over it.
pub fn sees_work_of(actor: &Actor, organization: OrganizationId, path: &str) -> bool {
    let own = actor.person().is_ok_and(|person| {
        person.organization_id == organization
            && person
                .grants
                .iter()
                .any(|grant| !grant.role.is_administrator())
    });
    own || actor.acts_for(organization) || actor.holds_any(OVERSEERS, path)
}

/// Organizations whose contracts and projects this person sees as one of their own.
pub fn own_work(actor: &Actor) -> Vec<OrganizationId> {
    let mut own = actor.own_organizations();
    if let Ok(person) = actor.person()
        && person
            .grants
            .iter()
            .any(|grant| !grant.role.is_administrator())
    {
        own.push(person.organization_id);
    }
    own
}

/// The office over this committee, or the system.
pub fn may_run(actor: &Actor, committee_path: &str) -> Result<()> {
    if matches!(actor, Actor::System) {
        return Ok(());
    }
    actor.require(Role::Office, committee_path)
}

/// A person who does anything but administrate.
pub fn business_person(actor: &Actor) -> Result<()> {
    let person = actor.person()?;
    if person
        .grants
        .iter()
        .any(|grant| !grant.role.is_administrator())
    {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new(
            "administrators_read_no_business",
            "三员账号不查看业务内容。",
        )
        .remedy("请使用业务账号登录。"),
    ))
}

/// Acts for an organization as its applicant or secretary.
pub fn may_act_for(actor: &Actor, organization: OrganizationId) -> Result<()> {
    actor.person()?;
    if actor.acts_for(organization) {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new(
            "not_your_organization",
            "这件事由申报组织的申报人或书记办理。",
        )
        .remedy("请联系该组织的支部书记。"),
    ))
}

/// Signs and submits for an organization: its secretary.
pub fn may_sign_for(actor: &Actor, organization: OrganizationId) -> Result<()> {
    actor.person()?;
    if actor.holds_at(Role::BranchSecretary, organization) {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new("secretary_required", "这一步须由本组织的支部书记办理。")
            .remedy("请您的支部书记登录后办理。"),
    ))
}
