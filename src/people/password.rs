//! Passwords: what costs CPU is made before the transaction, and one's own is changed with the present one.

use serde_json::json;

use super::scene::AccountScene;
use super::store::{self, SetPassword};
use super::verbs::{AskReset, ResetInput, waits_for};
use super::{PasswordInput, rules::SECOND_PERSON};
use crate::audit::{self, Chain, Event, Verb};
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::UserId;
use crate::sealing;
use crate::session::{self, Who};
use crate::verbs::{self, Scene};
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

/// What became of setting a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    Done,
    /// It is asked for: an administrator of the other role carries it out.
    Asked,
}

/// A new password for one's own account, or a one-time one for another's: from the shell, or by a system and a security
/// administrator, of whom the first one asks and the other sets it. All sessions of the account end.
/// Whoever changes their own has shown the present one before (`session::check_password`).
pub fn set_password(tx: &mut Tx, actor: &Actor, id: UserId, input: &PasswordInput) -> Result<Set> {
    let own = actor.user_id() == Some(id);
    let on = match own {
        true => AccountScene {
            row: store::user_row(tx, id)?,
        },
        false => AccountScene::load(tx, actor, &id)?,
    };
    let mut asked = None;
    if !own && !matches!(actor, Actor::System) {
        let now = tx.now();
        asked = on.asked_by_another(tx, actor, now)?;
        if asked.is_none() {
            verbs::perform::<AskReset>(tx, actor, &id, &ResetInput::default())?;
            return Ok(Set::Asked);
        }
    }
    let username = on.with_login()?;
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
            match (&asked, actor.user_id()) {
                (Some(asked), Some(by)) => store::carry_out(tx, asked.id, by, now)?,
                (_, by) => store::set_once(tx, id, by, now)?,
            }
        }
    }
    session::revoke_all(tx, id)?;
    let event = Event::new(Verb::PasswordChanged, Chain::System, "user", id.0)
        .organization(on.row.user.organization_id)
        .version(version)
        .detail(json!({
            "by": if own { "self" } else { "administrator" },
            "asked_by": asked.and_then(|asked| asked.asked_by),
        }));
    audit::record(tx, actor, event)?;
    Ok(Set::Done)
}

impl AccountScene {
    /// What was asked for, if this administrator may carry it out; None if nothing was asked for.
    pub fn asked_by_another(
        &self,
        c: &mut Conn,
        actor: &Actor,
        now: Instant,
    ) -> Result<Option<SetPassword>> {
        let role = self.reset_as(actor)?;
        let Some(asked) = store::asked_reset(c, self.row.user.id, now)? else {
            return Ok(None);
        };
        if asked.asked_by == actor.user_id() || asked.asked_as == Some(role) {
            return Err(Error::Forbidden(
                Refusal::new(
                    SECOND_PERSON,
                    "申请和办理须是两个人：一位系统管理员，一位安全管理员。",
                )
                .remedy(waits_for(&asked)),
            ));
        }
        Ok(Some(asked))
    }
}
