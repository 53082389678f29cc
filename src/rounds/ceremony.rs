//! What several people do at one screen, each with their own password: opening a round's bids, and sharing its key anew.
//! Handlers of their own, because passwords are tried and locks are opened outside the transaction; what is written is a
//! verb like any other.

use actix_web::http::Method;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::actions::openers::unlock;
use super::input::OpenerInput;
use super::scene::RoundScene;
use crate::crypto::Key;
use crate::error::Result;
use crate::ids::{RoundId, UserId};
use crate::session::{self, Who};
use crate::verbs::{self, Given, Scene, Verb};
use crate::web::route::own;
use crate::web::{Access, App, Ask, Call, Form, Page, Reply, Route};

/// The openers who entered their passwords, with the keys behind them.
pub type Present = Vec<(UserId, Key)>;

/// A verb that needs a round's openers at the screen.
pub trait Ceremony: Verb<On = RoundScene> {
    /// Where the input lists them.
    const LIST: &'static str;

    fn openers(input: &Self::Input) -> &[OpenerInput];

    /// Lays their keys beside what was typed.
    fn come(input: &mut Self::Input, present: Present);

    /// Reads what takes its time, with the keys that are here now, and lays it beside them: the writer does not wait for it.
    fn ahead(
        _: &App,
        _: &Who,
        _: RoundId,
        input: Self::Input,
    ) -> impl Future<Output = Result<Self::Input>> {
        async { Ok(input) }
    }
}

/// Who may not do it now is refused before any password is asked about.
async fn check<V: Ceremony>(app: &App, who: &Who, id: RoundId) -> Result<()> {
    let (who, clock) = (who.clone(), app.clock().clone());
    app.db
        .read(move |c| {
            let actor = session::resolve(c, &who)?;
            let on = RoundScene::load(c, &actor, &id)?;
            V::who(&on, &actor)?;
            V::when(c, &on, &actor, clock.now()).map(|_| ())
        })
        .await
}

async fn gathered<V: Ceremony>(
    app: &App,
    who: &Who,
    id: RoundId,
    mut input: V::Input,
) -> Result<V::Input> {
    let present = unlock(app, V::openers(&input), V::LIST).await?;
    V::come(&mut input, present);
    V::ahead(app, who, id, input).await
}

/// Its two doors: `POST` of the form on this page, and of the call at this path of the API.
pub fn ceremony<V: Ceremony>(path: &'static str, page: ShownOn) -> [Route; 2] {
    let form = move |app: Data<App>, req: HttpRequest, id: Path<RoundId>, form| async move {
        by_form::<V>(&app, &req, id.into_inner(), form, page).await
    };
    let called = |app: Data<App>, id: Path<RoundId>, call| async move {
        by_call::<V>(&app, id.into_inner(), call).await
    };
    let by_page = path.strip_prefix("/api/v1").unwrap_or(path);
    [
        own(Method::POST, by_page, Access::Person, form),
        own(Method::POST, path, Access::Person, called).doc(verbs::described::<V>()),
    ]
}

/// The page that holds the form.
pub type ShownOn = fn(&mut Ask, RoundId) -> Result<Page>;

/// Shown again with all that was typed but the passwords.
async fn by_form<V: Ceremony>(
    app: &App,
    req: &HttpRequest,
    id: RoundId,
    form: Form<V::Input>,
    page: ShownOn,
) -> Result<HttpResponse> {
    let outcome = attempt::<V>(app, id, &form).await;
    app.form_done(req, form, outcome, move |ask| page(ask, id))
        .await
}

async fn attempt<V: Ceremony>(
    app: &App,
    id: RoundId,
    form: &Form<V::Input>,
) -> Result<(String, String)> {
    if let Err(refused) = check::<V>(app, &form.who, id).await {
        let done = app.form_answered(&form.who, &form.once).await?;
        return done.ok_or(refused);
    }
    let input = gathered::<V>(app, &form.who, id, form.input()?).await?;
    app.form_command(&form.who, form.once.clone(), move |tx, actor| {
        let ran = verbs::run::<V>(tx, actor, &id, &Given::Read(&input, None))?;
        Ok((ran.to, ran.said))
    })
    .await
}

async fn by_call<V: Ceremony>(
    app: &App,
    id: RoundId,
    mut call: Call<V::Input>,
) -> Result<HttpResponse> {
    if let Err(refused) = check::<V>(app, &call.who, id).await {
        let done = app.answered(&call.who, &call.asked()).await?;
        return done.map(Reply::into_response).ok_or(refused);
    }
    call.input = gathered::<V>(app, &call.who, id, call.input).await?;
    app.api_command(call, move |tx, actor, input| {
        let ran = verbs::run::<V>(tx, actor, &id, &Given::Read(input, None))?;
        verbs::reply::<V>(tx, actor, &ran.scene)
    })
    .await
}
