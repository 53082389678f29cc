//! What several people do at one screen, each with their own password: opening a round's bids, sharing its key anew,
//! handing out codes to vote with, opening a ballot box. Handlers of their own, because passwords are tried and locks are
//! opened outside the transaction; what is written is a verb like any other.

use actix_web::http::Method;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::{Given, Scene, Verb, described, reply, run};
use crate::crypto::Key;
use crate::db::Conn;
use crate::error::{FieldErrors, Result, sound};
use crate::ids::UserId;
use crate::sealing;
use crate::session::{self, Entered, Who};
use crate::web::route::own;
use crate::web::{Access, App, Ask, Call, Form, Page, Reply, Route};
use crate::who;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// One of those whose password is asked for, present at this screen.
#[derive(Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OpenerInput {
    #[validate(length(max = 64))]
    #[schema(example = "supervisor", max_length = 64)]
    pub username: String,
    /// Entered by its owner on the spot: it opens their share of the key.
    #[validate(length(max = 128))]
    #[schema(example = "Biaogan#2026", max_length = 128)]
    pub password: String,
}

/// Those who entered their passwords, with the keys behind them.
pub type Present = Vec<(UserId, Key)>;

/// What the address of a ceremony names.
type On<V> = <<V as Verb>::On as Scene>::Id;

/// A verb that needs several people at the screen.
pub trait Ceremony: Verb<On: Scene<Id: DeserializeOwned + Copy>> {
    /// Where the input lists them.
    const LIST: &'static str;

    fn openers(input: &Self::Input) -> &[OpenerInput];

    /// Lays their keys beside what was typed.
    fn come(input: &mut Self::Input, present: Present);

    /// Reads what takes its time, with the keys that are here now, and lays it beside them: the writer does not wait for it.
    fn ahead(
        _: &App,
        _: &Who,
        _: On<Self>,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Input>> {
        async { Ok(input) }
    }
}

/// Who may not do it now is refused before any password is asked about.
async fn check<V: Ceremony>(app: &App, who: &Who, id: On<V>) -> Result<()> {
    let (who, clock) = (who.clone(), app.clock().clone());
    app.db
        .read(move |c| {
            let actor = session::resolve(c, &who)?;
            let on = V::On::load(c, &actor, &id)?;
            V::who(&on, &actor)?;
            V::when(c, &on, &actor, clock.now()).map(|_| ())
        })
        .await
}

async fn gathered<V: Ceremony>(
    app: &App,
    who: &Who,
    id: On<V>,
    mut input: V::Input,
) -> Result<V::Input> {
    let present = unlock(app, who, V::openers(&input), V::LIST).await?;
    V::come(&mut input, present);
    V::ahead(app, who, id, input).await
}

/// Checks each one's password and opens the lock before their key, outside the transaction.
async fn unlock(app: &App, who: &Who, present: &[OpenerInput], list: &str) -> Result<Present> {
    let mut errors = FieldErrors::new();
    let mut opened = Present::new();
    for (index, opener) in present.iter().enumerate() {
        if opener.password.is_empty() {
            continue;
        }
        let entered = Entered {
            username: opener.username.clone(),
            password: opener.password.clone(),
        };
        let user = session::check_named_password(&app.db, app.demo, who, entered).await?;
        let Some(user) = user else {
            errors.insert(
                format!("{list}[{index}][password]"),
                vec!["用户名或口令不正确。".to_owned()],
            );
            continue;
        };
        if opened.iter().any(|(known, _)| *known == user) {
            continue;
        }
        let locks = app.db.read(move |c| sealing::locks_of(c, &[user])).await?;
        if let Some((_, lock)) = locks.into_iter().next() {
            let key = who::password::open_lock(lock, opener.password.clone()).await?;
            opened.push((user, key));
        }
    }
    sound(errors).map(|()| opened)
}

/// The same where they all have this password: for loading a seed.
pub fn with_password(c: &mut Conn, people: &[UserId], password: &str) -> Result<Present> {
    let locks = sealing::locks_of(c, people)?;
    locks
        .into_iter()
        .map(|(user, lock)| Ok((user, lock.key(password)?)))
        .collect()
}

/// Its two doors: `POST` of the form on this page, and of the call at this path of the API.
pub fn ceremony<V: Ceremony>(path: &'static str, page: ShownOn<V>) -> [Route; 2] {
    let form = move |app: Data<App>, req: HttpRequest, id: Path<On<V>>, form| async move {
        by_form::<V>(&app, &req, id.into_inner(), form, page).await
    };
    let called = |app: Data<App>, id: Path<On<V>>, call| async move {
        by_call::<V>(&app, id.into_inner(), call).await
    };
    let by_page = path.strip_prefix("/api/v1").unwrap_or(path);
    [
        own(Method::POST, by_page, Access::Person, form),
        own(Method::POST, path, Access::Person, called).doc(described::<V>()),
    ]
}

/// The page that holds the form.
pub type ShownOn<V> = fn(&mut Ask, On<V>) -> Result<Page>;

/// Shown again with all that was typed but the passwords.
async fn by_form<V: Ceremony>(
    app: &App,
    req: &HttpRequest,
    id: On<V>,
    form: Form<V::Input>,
    page: ShownOn<V>,
) -> Result<HttpResponse> {
    let outcome = attempt::<V>(app, id, &form).await;
    app.form_done(req, form, outcome, move |ask| page(ask, id))
        .await
}

async fn attempt<V: Ceremony>(
    app: &App,
    id: On<V>,
    form: &Form<V::Input>,
) -> Result<(String, String)> {
    if let Err(refused) = check::<V>(app, &form.who, id).await {
        let done = app.form_answered(&form.who, &form.once).await?;
        return done.ok_or(refused);
    }
    let input = gathered::<V>(app, &form.who, id, form.input()?).await?;
    app.form_command(&form.who, form.once.clone(), move |tx, actor| {
        let ran = run::<V>(tx, actor, &id, &Given::Read(&input, None))?;
        Ok((ran.to, ran.said))
    })
    .await
}

async fn by_call<V: Ceremony>(
    app: &App,
    id: On<V>,
    mut call: Call<V::Input>,
) -> Result<HttpResponse> {
    if let Err(refused) = check::<V>(app, &call.who, id).await {
        let done = app.answered(&call.who, &call.asked()).await?;
        return done.map(Reply::into_response).ok_or(refused);
    }
    call.input = gathered::<V>(app, &call.who, id, call.input).await?;
    app.api_command(call, move |tx, actor, input| {
        let ran = run::<V>(tx, actor, &id, &Given::Read(input, None))?;
        reply::<V>(tx, actor, &ran.scene)
    })
    .await
}
