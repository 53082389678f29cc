//! A new person; with a username and a password they can log in.

use crate::error::{FieldErrors, note, sound};
use crate::ids::UserId;
use crate::people::scene::{AccountScene, Company};
use crate::people::store::NewUser;
use crate::people::{UserInput, rules, store};
use crate::sealing;
use crate::text::narrow;
use crate::verbs::prelude::*;
use crate::who::password::{self, Credentials};

pub struct CreateUser;

impl Verb for CreateUser {
    type On = Company;
    type Gives = AccountScene;
    type Input = UserInput;
    type Ready = ();

    const NAME: &'static str = "create_user";
    const SAYS: &'static str =
        "A new person, with or without an account: by a system administrator.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::UserCreated);
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
        input: &UserInput,
    ) -> Result<Done<Self>> {
        let organization = store::organization(tx, input.organization_id)
            .map_err(|fault| fault.unless_there("organization_id", "没有这个组织。"))?;
        policy::may_manage_accounts(actor, &organization.path)?;
        let mut faults = faults(tx, actor, input)?;
        if organization.disabled {
            note(&mut faults, "organization_id", "这个组织已停用。");
        }
        sound(faults)?;
        let credentials = match (&input.password, &input.credentials) {
            (None, _) => None,
            (Some(_), Some(made)) => Some(made.clone()),
            (Some(password), None) => Some(Credentials::of(password)?),
        };
        let now = tx.now();
        let row = NewUser {
            id: UserId::fresh(now),
            organization_id: organization.id,
            staff_number: narrow(&input.staff_number),
            username: input.username.clone(),
            name: input.name.clone(),
            post: input.post.clone(),
            password_hash: credentials.as_ref().map(|made| made.hash.clone()),
            demo: input.demo,
            disabled: false,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        store::insert_user(tx, &row)?;
        match (&credentials, actor.user_id()) {
            (None, _) => {}
            // From the shell and in the demo people come with their own.
            (Some(credentials), None) => sealing::give_key(tx, row.id, credentials)?,
            (Some(_), by) => store::set_once(tx, row.id, by, now)?,
        }
        let said = format!("已建立{}的账号，请安全管理员授予角色。", row.name);
        Ok(Done::of(row.id, said).detail(json!({
            "staff_number": row.staff_number, "username": row.username, "name": row.name, "post": row.post,
        })))
    }
}

/// Notes what is wrong with a staff number, or whose it is already.
pub fn free_number(
    c: &mut Conn,
    faults: &mut FieldErrors,
    typed: &str,
    of: Option<UserId>,
) -> Result<()> {
    if let Some(fault) = rules::code_fault(&narrow(typed)) {
        note(faults, "staff_number", fault);
    } else if store::user_by_staff_number(c, typed)?.is_some_and(|other| Some(other.id) != of) {
        note(faults, "staff_number", "已有人使用这个工号。");
    }
    Ok(())
}

/// Notes what is wrong with a username, or that somebody has it.
pub fn free_username(c: &mut Conn, faults: &mut FieldErrors, typed: &str) -> Result<()> {
    if let Some(fault) = rules::username_fault(typed) {
        note(faults, "username", fault);
    } else if store::user_by_username(c, typed)?.is_some() {
        note(faults, "username", "已有人使用这个用户名。");
    }
    Ok(())
}

fn faults(tx: &mut Tx, actor: &Actor, input: &UserInput) -> Result<FieldErrors> {
    let mut faults = FieldErrors::new();
    free_number(tx, &mut faults, &input.staff_number, None)?;
    match (&input.username, &input.password) {
        (Some(username), password) => {
            free_username(tx, &mut faults, username)?;
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
