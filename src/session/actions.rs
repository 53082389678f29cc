//! Logging in and out.

use chrono::Duration;
use serde_json::json;

use super::SessionKind;
use super::attempts::{Entry, Verdict, checked};
use super::credentials::{IDLE_MINUTES, Keys, LIFE_HOURS, Who, change_first};
use super::store::{self, LoginRow, NewSession};
use crate::audit::{self, Chain, Event, Verb};
use crate::clock;
use crate::db::{Db, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{SessionId, UserId, random_hex};
use crate::sealing;
use crate::who::Actor;

/// A fresh session.
#[derive(Debug, Clone)]
pub struct Login {
    pub user_id: UserId,
    pub session: SessionId,
    pub token: String,
    /// Shown again at the next login, it counts wrong passwords for itself; none with a one-time password.
    pub device: Option<String>,
    pub expires_at: clock::Instant,
}

/// Hours for which a password that somebody else set opens anything.
pub const ONE_TIME_HOURS: i64 = 72;

fn refused() -> Error {
    Error::Unauthorized(
        Refusal::new("login_failed", "用户名或口令不正确。")
            .remedy("连续 5 次错误将锁定 30 分钟；忘记口令请联系系统管理员。"),
    )
}

/// A name and a password, as somebody typed them.
pub struct Entered {
    pub username: String,
    pub password: String,
}

/// Checks name and password and opens a session. Failures are counted and recorded.
pub async fn login(
    db: &Db,
    keys: &Keys,
    demo: bool,
    who: &Who,
    entered: Entered,
    kind: SessionKind,
) -> Result<Login> {
    let Entered { username, password } = entered;
    let usable = usable(db, demo, &username).await?;
    let now = clock::real_now();
    let entry = Entry::Login(username);
    match checked(db, who, usable.as_ref(), entry, password.clone()).await? {
        Verdict::Right => {}
        Verdict::Wrong => return Err(refused()),
        Verdict::Locked => return Err(Error::Unauthorized(locked())),
    }
    let Some(row) = usable else {
        return Err(refused());
    };
    let set_at = db.read(move |c| store::one_time_since(c, row.id)).await?;
    if set_at.is_some_and(|at| at + Duration::hours(ONE_TIME_HOURS) <= db.clock().now()) {
        return Err(expired(db, row).await);
    }
    // Whoever set a one-time password would know the key it locks: there is none until it is changed.
    let own = match set_at {
        Some(_) => None,
        None => sealing::own_key(db, row.id, password).await?,
    };
    let (secret, locked_key) = own
        .as_ref()
        .map(crate::who::lock_for_session)
        .transpose()?
        .unzip();
    let expires_at = now + Duration::hours(LIFE_HOURS);
    // Nor does it make a device known.
    let device = set_at.is_none().then(|| match who.origin.device() {
        Some(device) => device.to_owned(),
        None => random_hex(),
    });
    let opened = NewSession {
        id: SessionId::fresh(now),
        user_id: row.id,
        kind,
        locked_key,
        one_time: set_at.is_some(),
        device: device.clone(),
        created_at: now,
        last_seen_at: now,
        expires_at,
    };
    let session = opened.id;
    db.write(move |tx| {
        // Somebody may have set it meanwhile.
        if store::one_time_since(tx, row.id)? != set_at {
            return Err(refused());
        }
        if let Some(device) = opened.device.clone() {
            store::know_device(tx, row.id, device, now)?;
        }
        store::insert_session(tx, &opened)?;
        let event = Event::new(Verb::LoginSucceeded, Chain::System, "user", row.id.0)
            .detail(json!({ "kind": kind }));
        audit::record_as(tx, Some(row.id), &row.name, event)
    })
    .await?;
    Ok(Login {
        user_id: row.id,
        session,
        token: keys.issue(row.id, session, kind, secret, now)?,
        device: device.map(|device| keys.signed_device(&device)),
        expires_at,
    })
}

/// The account of this name, if it may be used.
async fn usable(db: &Db, demo: bool, username: &str) -> Result<Option<LoginRow>> {
    let name = username.to_owned();
    let row = db.read(move |c| store::by_username(c, &name)).await?;
    Ok(row.filter(|row| !row.disabled && (!row.demo || demo)))
}

fn locked() -> Refusal {
    Refusal::new("account_locked", "口令连续输错，账号已锁定。").remedy(
        "请在 30 分钟后再试，或请系统管理员重设口令；在登录过这个账号的浏览器上，别处的输错不影响登录。",
    )
}

/// Why a one-time password that was right opens nothing; the trail is told.
async fn expired(db: &Db, row: LoginRow) -> Error {
    let told = db.write(move |tx| {
        let event = Event::new(Verb::LoginFailed, Chain::System, "user", row.id.0)
            .detail(json!({ "at": "one_time_expired" }));
        match audit::is_news(tx, &event)? {
            true => audit::record_as(tx, Some(row.id), &row.name, event),
            false => Ok(()),
        }
    });
    if let Err(error) = told.await {
        return error;
    }
    Error::Unauthorized(
        Refusal::new(
            "one_time_expired",
            format!("这个一次性口令设定已满 {ONE_TIME_HOURS} 小时，不能再用。"),
        )
        .remedy("请系统管理员和安全管理员重新设定一个。"),
    )
}

/// Ends the session everywhere, at once.
pub fn logout(tx: &mut Tx, actor: &Actor) -> Result<()> {
    let person = actor.person()?;
    if let Some(session) = person.session
        && store::revoke_session(tx, session, clock::real_now())? == 1
    {
        let event = Event::new(Verb::LoggedOut, Chain::System, "user", person.user_id.0);
        audit::record(tx, actor, event)?;
    }
    Ok(())
}

/// Ends all of a user's sessions, and what was counted of wrong passwords: after a password change or when the account is
/// disabled.
pub fn revoke_all(tx: &mut Tx, user: UserId) -> Result<()> {
    store::revoke_sessions_of(tx, user, clock::real_now())?;
    store::begin_anew(tx, user)
}

/// Re-entering the password, as a signature asks for. A wrong one is an error on the field; it is recorded and counts
/// like a failed login.
pub async fn check_password(db: &Db, who: &Who, password: String) -> Result<()> {
    let credentials = who.clone();
    let row = db
        .read(move |c| {
            let actor = super::resolve(c, &credentials)?;
            store::login_row(c, actor.person()?.user_id)
        })
        .await?;
    let entry = Entry::Again(row.name.clone());
    match checked(db, who, Some(&row), entry, password).await? {
        Verdict::Right => Ok(()),
        Verdict::Wrong => Err(Error::field(
            "password",
            "口令不正确。连续 5 次错误将锁定 30 分钟。",
        )),
        Verdict::Locked => Err(Error::Forbidden(locked())),
    }
}

/// Forgets the keys of sessions that are over, and removes those that ended days ago: the trail knows of them.
pub fn sweep(tx: &mut Tx) -> Result<usize> {
    let now = clock::real_now();
    store::forget_keys(tx, now - Duration::minutes(IDLE_MINUTES), now)?;
    Ok(store::sweep(tx, now - Duration::days(7))? + store::sweep_attempts(tx, now)?)
}

/// Marks a session as used now, if it is not over.
pub fn touch(tx: &mut Tx, session: SessionId) -> Result<()> {
    let now = clock::real_now();
    store::touch_session(tx, session, now - Duration::minutes(IDLE_MINUTES), now)
}

/// Whether somebody else, present at this screen, entered their own name and password: a witness. Failures count and
/// are recorded like failed logins.
pub async fn check_named_password(
    db: &Db,
    demo: bool,
    who: &Who,
    entered: Entered,
) -> Result<Option<UserId>> {
    let Entered { username, password } = entered;
    let usable = usable(db, demo, &username).await?;
    let entry = Entry::Witness(username);
    let verdict = checked(db, who, usable.as_ref(), entry, password).await?;
    let Some(row) = usable.filter(|_| verdict == Verdict::Right) else {
        return Ok(None);
    };
    // Whoever set it knows it, too: it proves nobody's presence.
    let set_at = db.read(move |c| store::one_time_since(c, row.id)).await?;
    match set_at {
        Some(_) => Err(change_first()),
        None => Ok(Some(row.id)),
    }
}
