//! The person behind a request, with the roles they hold.

use super::{Keyring, ServerKeys};
use crate::error::{Error, Refusal, Result};
use crate::ids::{OrganizationId, SessionId, UserId};

crate::text_enum! {
    /// A role is held at an organization and covers its subtree.
    Role {
        Applicant = "applicant" "支部申报人",
        BranchSecretary = "branch_secretary" "支部书记",
        Reviewer = "reviewer" "评审委员",
        Office = "office" "党委党建部",
        CommitteeSecretary = "committee_secretary" "党委书记",
        Supervisor = "supervisor" "纪委督导员",
        SystemAdmin = "system_admin" "系统管理员",
        SecurityAdmin = "security_admin" "安全管理员",
        AuditAdmin = "audit_admin" "审计管理员",
    }
}

impl Role {
    /// The three administrators (三员) read no business content.
    pub fn is_administrator(self) -> bool {
        matches!(
            self,
            Self::SystemAdmin | Self::SecurityAdmin | Self::AuditAdmin
        )
    }
}

/// One role at one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub organization_id: OrganizationId,
    /// Materialized path of the organization: `/1/5/`.
    pub path: String,
    /// The organization is in use no more.
    pub disabled: bool,
}

#[derive(Debug, Clone)]
pub struct Person {
    pub user_id: UserId,
    pub name: String,
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub organization_path: String,
    /// The committee the person's organization belongs to.
    pub committee_id: OrganizationId,
    pub grants: Vec<Grant>,
    pub session: Option<SessionId>,
    /// Came with a password that somebody else set: may change it, and nothing else.
    pub one_time: bool,
    /// What this person can open in this session.
    pub keyring: Keyring,
}

/// Who is asking.
#[derive(Debug, Clone)]
pub enum Actor {
    /// A visitor without login.
    Visitor,
    /// The command line and seeding.
    System,
    Person(Box<Person>),
}

impl Actor {
    pub fn person(&self) -> Result<&Person> {
        match self {
            Self::Person(person) => Ok(person),
            Self::Visitor | Self::System => Err(Error::unauthorized()),
        }
    }

    pub fn user_id(&self) -> Option<UserId> {
        match self {
            Self::Person(person) => Some(person.user_id),
            Self::Visitor | Self::System => None,
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Person(person) => &person.name,
            Self::Visitor => "访客",
            Self::System => "系统",
        }
    }

    pub fn grants(&self) -> &[Grant] {
        match self {
            Self::Person(person) => &person.grants,
            Self::Visitor | Self::System => &[],
        }
    }

    /// Keys the server holds; only a person's request carries them.
    pub fn server_keys(&self) -> Result<&ServerKeys> {
        Ok(&self.person()?.keyring.server)
    }

    /// What a person can open.
    pub fn keyring(&self) -> Option<&Keyring> {
        match self {
            Self::Person(person) => Some(&person.keyring),
            Self::Visitor | Self::System => None,
        }
    }

    /// Holds the role anywhere.
    pub fn has(&self, role: Role) -> bool {
        self.grants().iter().any(|grant| grant.role == role)
    }

    /// Holds the role at the organization with this path or above it.
    pub fn holds(&self, role: Role, path: &str) -> bool {
        self.grants()
            .iter()
            .any(|grant| grant.role == role && path.starts_with(&grant.path))
    }

    /// Holds the role at an organization that stands under no other.
    pub fn holds_topmost(&self, role: Role) -> bool {
        self.grants()
            .iter()
            .any(|grant| grant.role == role && grant.path == format!("/{}/", grant.organization_id))
    }

    /// Holds any of the roles over the path.
    pub fn holds_any(&self, roles: &[Role], path: &str) -> bool {
        roles.iter().any(|role| self.holds(*role, path))
    }

    /// Holds the role at exactly this organization: drafts and bids are never reached through the subtree.
    pub fn holds_at(&self, role: Role, organization: OrganizationId) -> bool {
        self.grants()
            .iter()
            .any(|grant| grant.role == role && grant.organization_id == organization)
    }

    /// May act for this organization as its applicant or secretary.
    pub fn acts_for(&self, organization: OrganizationId) -> bool {
        self.holds_at(Role::Applicant, organization)
            || self.holds_at(Role::BranchSecretary, organization)
    }

    /// Organizations this person drafts or signs for.
    pub fn own_organizations(&self) -> Vec<OrganizationId> {
        let mut own: Vec<_> = self
            .grants()
            .iter()
            .filter(|grant| matches!(grant.role, Role::Applicant | Role::BranchSecretary))
            .map(|grant| grant.organization_id)
            .collect();
        own.sort_unstable();
        own.dedup();
        own
    }

    /// Paths under which this person holds one of the roles.
    pub fn paths_of(&self, roles: &[Role]) -> Vec<String> {
        self.grants()
            .iter()
            .filter(|grant| roles.contains(&grant.role))
            .map(|grant| grant.path.clone())
            .collect()
    }

    /// The committee of the person's own organization.
    pub fn committee(&self) -> Option<OrganizationId> {
        match self {
            Self::Person(person) => Some(person.committee_id),
            Self::Visitor | Self::System => None,
        }
    }

    /// Passes if the person holds the role over the path, refuses with the reason otherwise.
    pub fn require(&self, role: Role, path: &str) -> Result<()> {
        if matches!(self, Self::Visitor) {
            return Err(Error::unauthorized());
        }
        if self.holds(role, path) {
            return Ok(());
        }
        Err(Error::Forbidden(
            Refusal::new(
                "role_required",
                format!("这一步由{}办理，您没有这个角色。", role.label()),
            )
            .remedy(format!("请联系本单位{}。", role.label())),
        ))
    }
}
