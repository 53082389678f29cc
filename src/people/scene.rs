//! Organizations, accounts and roles as those who keep them may know of them.

use super::shown::{self, GrantShown, GrantState, UserShown};
use super::store::{self, Organization, PendingGrant, RoleGrant, UserRow};
use super::visible;
use crate::audit::{self, Chain, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{OrganizationId, RoleGrantId, UserId};
use crate::verbs::{Scene, Subject};
use crate::who::{Actor, Role, policy};

/// All there is: where somebody or something new belongs, the body says.
pub struct Company;

impl Scene for Company {
    type Id = ();

    fn load(_: &mut Conn, _: &Actor, (): &()) -> Result<Self> {
        Ok(Self)
    }

    fn version(&self) -> i64 {
        1
    }
}

/// An organization, known to the people of its tree.
pub struct OrganizationScene {
    pub row: Organization,
}

impl Scene for OrganizationScene {
    type Id = OrganizationId;

    fn load(c: &mut Conn, actor: &Actor, id: &OrganizationId) -> Result<Self> {
        Ok(Self {
            row: visible::organization(c, actor, *id)?,
        })
    }

    fn version(&self) -> i64 {
        self.row.version
    }
}

impl Subject for OrganizationScene {
    type Shown = Organization;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<Organization> {
        Ok(self.row.clone())
    }

    fn event(&self, verb: audit::Verb) -> Event {
        let chain = Chain::Committee(self.row.committee_id);
        Event::new(verb, chain, "organization", self.row.id.0).organization(self.row.id)
    }

    fn href(&self) -> String {
        "/organizations".to_owned()
    }

    fn address(&self) -> String {
        format!("/api/v1/organizations/{}", self.row.id)
    }
}

/// A person and their account. Who keeps neither accounts nor roles learns nothing of it here; who sees whom in lists
/// is told in `visible`.
pub struct AccountScene {
    pub row: UserRow,
}

impl AccountScene {
    /// The system administrators over it; to others there is no such account.
    pub fn kept_by(&self, actor: &Actor) -> Result<()> {
        policy::may_manage_some_accounts(actor)?;
        policy::may_manage_accounts(actor, &self.row.path).map_err(|_| Error::NotFound)
    }

    /// As what this administrator sets its password anew, with another; to others there is no such account.
    pub fn reset_as(&self, actor: &Actor) -> Result<Role> {
        policy::may_see_accounts(actor)?;
        [Role::SystemAdmin, Role::SecurityAdmin]
            .into_iter()
            .find(|role| actor.holds(*role, &self.row.path))
            .ok_or(Error::NotFound)
    }

    /// The username of an account that is in use.
    pub fn with_login(&self) -> Result<&str> {
        let user = &self.row.user;
        match &user.username {
            _ if user.disabled => {
                Err(Refusal::new("already_disabled", "这个账号已经停用。").into())
            }
            None => Err(Refusal::new("no_account", "这位同志没有登录账号。").into()),
            Some(username) => Ok(username),
        }
    }

    pub fn is_own(&self, actor: &Actor) -> bool {
        actor.user_id() == Some(self.row.user.id)
    }
}

impl Scene for AccountScene {
    type Id = UserId;

    fn load(c: &mut Conn, actor: &Actor, id: &UserId) -> Result<Self> {
        policy::may_see_accounts(actor)?;
        Ok(Self {
            row: store::user_row(c, *id)?,
        })
    }

    fn version(&self) -> i64 {
        self.row.user.version
    }
}

impl Subject for AccountScene {
    type Shown = UserShown;

    fn shown(&self, c: &mut Conn, _: &Actor, now: Instant) -> Result<UserShown> {
        shown::person(c, &self.row, true, now)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        Event::new(verb, Chain::System, "user", self.row.user.id.0)
            .organization(self.row.user.organization_id)
    }

    fn href(&self) -> String {
        format!("/users/{}", self.row.user.id)
    }
}

/// Oneself.
pub struct OwnScene {
    pub account: AccountScene,
}

impl Scene for OwnScene {
    type Id = ();

    fn load(c: &mut Conn, actor: &Actor, (): &()) -> Result<Self> {
        let row = store::user_row(c, actor.person()?.user_id)?;
        Ok(Self {
            account: AccountScene { row },
        })
    }

    fn version(&self) -> i64 {
        self.account.version()
    }
}

impl Subject for OwnScene {
    type Shown = UserShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, now: Instant) -> Result<UserShown> {
        self.account.shown(c, actor, now)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        self.account.event(verb)
    }

    fn href(&self) -> String {
        "/account".to_owned()
    }
}

/// A role of a person, revoked or not, or one that waits for a second administrator: for system and security
/// administrators.
pub struct GrantScene {
    pub row: RoleGrant,
    /// What a second administrator was asked about it.
    pub pending: Option<PendingGrant>,
    pub held: bool,
    /// The account's.
    pub version: i64,
}

impl GrantScene {
    pub fn state(&self) -> GrantState {
        match &self.pending {
            _ if self.held => GrantState::Held,
            Some(pending) if pending.answered_at.is_none() => GrantState::Waits,
            Some(_) | None => GrantState::Refused,
        }
    }
}

impl Scene for GrantScene {
    type Id = (UserId, RoleGrantId);

    fn load(c: &mut Conn, actor: &Actor, (user, grant): &Self::Id) -> Result<Self> {
        policy::may_see_accounts(actor)?;
        let pending = store::pending_grant(c, *grant)?;
        let held = store::grant(c, *grant)?;
        let scene = Self {
            held: held.as_ref().is_some_and(|row| row.revoked_at.is_none()),
            row: held
                .or_else(|| pending.as_ref().map(PendingGrant::as_held))
                .ok_or(Error::NotFound)?,
            pending,
            version: store::user(c, *user)?.version,
        };
        match scene.row.user_id == *user {
            true => Ok(scene),
            false => Err(Error::NotFound),
        }
    }

    fn version(&self) -> i64 {
        self.version
    }
}

impl Subject for GrantScene {
    type Shown = GrantShown;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<GrantShown> {
        Ok(GrantShown {
            grant: self.row.clone(),
            state: self.state(),
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        Event::new(verb, Chain::System, "user", self.row.user_id.0)
            .organization(self.row.organization_id)
    }

    fn href(&self) -> String {
        format!("/users/{}", self.row.user_id)
    }

    fn waits(&self) -> bool {
        self.state() == GrantState::Waits
    }
}
