//! Passwords: what costs CPU is made before the transaction, and one's own is changed with the present one.

use serde_json::json;

use super::scene::AccountScene;
use super::{PasswordInput, store};
use crate::audit::{self, Chain, Event, Verb};
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::ids::UserId;
use crate::sealing;
use crate::session::{self, Who};
use crate::verbs::Scene;
use crate::web::App;
use crate::who::Actor;
use crate::who::password::{self, Credentials};

/// What is kept of a password that is not weak in itself; a weak one is refused by the command.
pub async fn prepared(password: Option<&str>) -> Result<Option<Credentials>> {
    match password {
        Some(given) if password::weakness(given, "").is_none() => {
            password::make(given.to_owned()).await.map(Some)
        }
        Some(_) | None => Ok(None),
    }
}

/// Checks the present password where it is one's own, and makes the hash, both before the transaction.
pub async fn prepare(app: &App, who: &Who, id: UserId, input: &mut PasswordInput) -> Result<()> {
    let (asker, one_time) = asker(app, who).await?;
    if asker == id {
        let Some(current) = input.current.clone() else {
            return Err(Error::field("current", "请填写现用口令。"));
        };
        match session::check_password(&app.db, who, current.clone()).await {
            Err(Error::Invalid(_)) => {
                return Err(Error::field("current", "现用口令不正确。"));
            }
            checked => checked?,
        }
        if !one_time {
            input.own_key = sealing::own_key(&app.db, id, current).await?;
        }
    } else if one_time {
        return Err(session::change_first());
    }
    input.credentials = prepared(Some(&input.password)).await?;
    Ok(())
}

/// Whose account it is, and whether its password is one-time.
pub async fn asker(app: &App, who: &Who) -> Result<(UserId, bool)> {
    let who = who.clone();
    app.db
        .read(move |c| {
            let actor = session::resolve(c, &who)?;
            let person = actor.person()?;
            Ok((person.user_id, person.one_time))
        })
        .await
}

/// A new password for one's own account or, one-time, as system administrator for another's. All its sessions end.
/// Whoever changes their own has shown the present one before (`session::check_password`).
pub fn set_password(tx: &mut Tx, actor: &Actor, id: UserId, input: &PasswordInput) -> Result<()> {
    let own = actor.user_id() == Some(id);
    let user = if own {
        store::user(tx, id)?
    } else {
        let on = AccountScene::load(tx, actor, &id)?;
        on.kept_by(actor)?;
        on.row.user
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
    store::end_one_time(tx, id, now)?;
    match &input.own_key {
        Some(key) if own => sealing::lock_again(tx, id, key, &credentials)?,
        Some(_) | None if own => sealing::give_key(tx, id, &credentials)?,
        // Whoever sets another's password knows it: nothing is behind it until it is changed.
        Some(_) | None => {
            sealing::end_key(tx, id)?;
            store::set_once(tx, id, actor.user_id(), now)?;
        }
    }
    session::revoke_all(tx, id)?;
    let event = Event::new(Verb::PasswordChanged, Chain::System, "user", id.0)
        .organization(user.organization_id)
        .version(version)
        .detail(json!({ "by": if own { "self" } else { "administrator" } }));
    audit::record(tx, actor, event)
}
