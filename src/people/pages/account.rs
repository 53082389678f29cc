//! `/account`: one's own account.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::users;
use crate::error::Result;
use crate::people::scene::OwnScene;
use crate::people::{OwnInput, PasswordInput, password, shown, visible};
use crate::session;
use crate::verbs::Scene;
use crate::web::{App, Ask, Form, Page};
use crate::who::Role;

/// `GET /account`
pub fn show(ask: &mut Ask) -> Result<Page> {
    let own = ask.actor.person()?.user_id;
    let (row, accounts) = visible::person(ask.c, ask.actor, own)?;
    Ok(Page::new("people/account.html")
        .with("user", &shown::person(ask.c, &row, accounts, ask.now)?)
        .with("resets", &shown::resets(ask.c, own, ask.now)?)
        .with("one_time_hours", &session::ONE_TIME_HOURS)
        .with("one_time", &ask.actor.person()?.one_time)
        .with("reviews", &ask.actor.has(Role::Reviewer)))
}

/// `GET /account/edit`
pub fn edit(ask: &mut Ask) -> Result<Page> {
    let user = OwnScene::load(ask.c, ask.actor, &())?.account.row.user;
    ask.again.fill(&OwnInput {
        name: user.name,
        post: user.post,
        phone: user.phone,
        mail: user.mail,
    })?;
    Ok(Page::new("people/account_edit.html").with("version", &user.version))
}

/// `POST /account/password`
pub async fn password(
    app: Data<App>,
    req: HttpRequest,
    form: Form<PasswordInput>,
) -> Result<HttpResponse> {
    app.limits.login(&req)?;
    let (own, _) = password::asker(&app, &form.who).await?;
    let done = users::set(&app, &form, own).await;
    let outcome = done.map(|_| {
        (
            "/login".to_owned(),
            "口令已更改，请用新口令登录。".to_owned(),
        )
    });
    app.form_done(&req, form, outcome, show).await
}
