//! Making and ending accounts, and their passwords.

use serde_json::json;

use super::super::store::NewUser;
use super::super::{PasswordInput, User, UserInput, rules, store};
use crate::audit::{self, Chain, Event, Verb};
use crate::db::Tx;
use crate::error::{Error, FieldErrors, Refusal, Result};
use crate::ids::UserId;
use crate::sealing;
use crate::session;
use crate::who::password::Credentials;
use crate::who::{Actor, password, policy};

/// A new person; with a username and a password they can log in.
pub fn create_user(tx: &mut Tx, actor: &Actor, input: &UserInput) -> Result<User> {
    policy::may_manage_some_accounts(actor)?;
    let organization = store::organization(tx, input.organization_id)
        .map_err(|_| Error::field("organization_id", "没有这个组织。"))?;
    policy::may_manage_accounts(actor, &organization.path)?;
    let mut faults = faults(tx, actor, input)?;
    if organization.disabled {
        note(&mut faults, "organization_id", "这个组织已停用。");
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let credentials = match (&input.password, &input.credentials) {
        (None, _) => None,
        (Some(_), Some(made)) => Some(made.clone()),
        (Some(password), None) => Some(Credentials::of(password)?),
    };
    let now = tx.now();
    let row = NewUser {
        id: UserId::fresh(now),
        organization_id: organization.id,
        staff_number: input.staff_number.clone(),
        username: input.username.clone(),
        name: input.name.trim().to_owned(),
        post: input.post.trim().to_owned(),
        password_hash: credentials.as_ref().map(|made| made.hash.clone()),
        demo: input.demo,
        disabled: false,
        failed_logins: 0,
        locked_until: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert_user(tx, &row)?;
    if let Some(credentials) = &credentials {
        sealing::give_key(tx, row.id, credentials)?;
    }
    let event = Event::new(Verb::UserCreated, Chain::System, "user", row.id.0)
        .organization(row.organization_id)
        .detail(json!({
            "staff_number": row.staff_number, "username": row.username, "name": row.name, "post": row.post,
        }));
    audit::record(tx, actor, event)?;
    store::user(tx, row.id)
}

fn note(faults: &mut FieldErrors, field: &str, fault: &str) {
    faults
        .entry(field.to_owned())
        .or_default()
        .push(fault.to_owned());
}

fn faults(tx: &mut Tx, actor: &Actor, input: &UserInput) -> Result<FieldErrors> {
    let mut faults = FieldErrors::new();
    if let Some(fault) = rules::code_fault(&input.staff_number) {
        note(&mut faults, "staff_number", fault);
    } else if store::user_by_staff_number(tx, &input.staff_number)?.is_some() {
        note(&mut faults, "staff_number", "已有人使用这个工号。");
    }
    match (&input.username, &input.password) {
        (Some(username), password) => {
            if let Some(fault) = rules::username_fault(username) {
                note(&mut faults, "username", fault);
            } else if store::user_by_username(tx, username)?.is_some() {
                note(&mut faults, "username", "已有人使用这个用户名。");
            }
            if password.is_none() {
                note(&mut faults, "password", "有用户名的账号须设口令。");
            }
        }
        (None, Some(_)) => note(&mut faults, "username", "设了口令须有用户名。"),
        (None, None) => {}
    }
    let demo = input.demo && matches!(actor, Actor::System);
    if input.demo && !demo {
        return Err(Error::forbidden("demo_only", "演示账号只由系统建立。"));
    }
    if let Some(password) = &input.password
        && !(demo && password == password::DEMO_PASSWORD)
        && let Some(fault) =
            password::weakness(password, input.username.as_deref().unwrap_or_default())
    {
        note(&mut faults, "password", fault);
    }
    Ok(faults)
}

/// Ends an account: its sessions are over at once.
pub fn disable_user(tx: &mut Tx, actor: &Actor, id: UserId) -> Result<User> {
    let user = within_reach(tx, actor, id)?;
    if actor.user_id() == Some(id) {
        return Err(Refusal::new("own_account", "不能停用自己的账号。")
            .remedy("请由另一位系统管理员办理。")
            .into());
    }
    if user.disabled {
        return Err(Refusal::new("already_disabled", "这个账号已经停用。").into());
    }
    let now = tx.now();
    let version = store::turn(tx, id, now)?;
    store::disable_user(tx, id)?;
    session::revoke_all(tx, id)?;
    let event = Event::new(Verb::UserDisabled, Chain::System, "user", id.0)
        .organization(user.organization_id)
        .version(version)
        .detail(json!({ "username": user.username, "name": user.name }));
    audit::record(tx, actor, event)?;
    store::user(tx, id)
}

/// A new password for one's own account or, as system administrator, for another's. All its sessions end.
/// Whoever changes their own has shown the present one before (`session::check_password`).
pub fn set_password(tx: &mut Tx, actor: &Actor, id: UserId, input: &PasswordInput) -> Result<User> {
    let own = actor.user_id() == Some(id);
    let user = if own {
        store::user(tx, id)?
    } else {
        within_reach(tx, actor, id)?
    };
    let Some(username) = &user.username else {
        return Err(Refusal::new("no_account", "这位同志没有登录账号。").into());
    };
    if user.disabled {
        return Err(Refusal::new("already_disabled", "这个账号已经停用。").into());
    }
    if let Some(fault) = password::weakness(&input.password, username) {
        return Err(Error::field("password", fault));
    }
    if own && input.current.as_deref() == Some(input.password.as_str()) {
        return Err(Error::field("password", "新口令不能与现用口令相同。"));
    }
    let credentials = match &input.credentials {
        Some(made) => made.clone(),
        None => Credentials::of(&input.password)?,
    };
    let now = tx.now();
    let version = store::turn(tx, id, now)?;
    store::set_password(tx, id, &credentials.hash)?;
    // Whoever sets another's password cannot open their key: it is replaced, and what was sealed to it is lost to them.
    match &input.own_key {
        Some(key) if own => sealing::lock_again(tx, id, key, &credentials)?,
        Some(_) | None => sealing::replace_key(tx, id, &credentials)?,
    }
    session::revoke_all(tx, id)?;
    let event = Event::new(Verb::PasswordChanged, Chain::System, "user", id.0)
        .organization(user.organization_id)
        .version(version)
        .detail(json!({ "by": if own { "self" } else { "administrator" } }));
    audit::record(tx, actor, event)?;
    store::user(tx, id)
}

/// A person whose account this actor may manage; others do not exist for them.
fn within_reach(tx: &mut Tx, actor: &Actor, id: UserId) -> Result<User> {
    policy::may_manage_some_accounts(actor)?;
    let user = store::user(tx, id)?;
    let path = store::organization(tx, user.organization_id)?.path;
    policy::may_manage_accounts(actor, &path).map_err(|_| Error::NotFound)?;
    Ok(user)
}
