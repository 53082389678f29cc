//! The login page and logging out.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

use super::tried::Tried;
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::session::{self, Entered, SessionKind};
use crate::verbs::{Scene, Subject};
use crate::web::{App, Ask, Empty, Form, Page, see_other};
use crate::who::{Actor, password};

#[derive(Clone, Deserialize, Serialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct LoginForm {
    #[validate(length(min = 1, max = 64))]
    username: String,
    #[validate(length(min = 1, max = 128))]
    password: String,
    next: Option<String>,
}

#[derive(Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Next {
    next: Option<String>,
}

/// `GET /login`
pub fn form(ask: &mut Ask) -> Result<Page> {
    let query: Next = ask.query()?;
    ask.again
        .fill(&json!({ "next": safe_next(&query.next.unwrap_or_default()) }))?;
    shown(ask, "")
}

/// The form, with why the last try was refused.
fn shown(ask: &mut Ask, refusal: &str) -> Result<Page> {
    let demo = ask.app.demo;
    let demo_accounts = if demo {
        demo_accounts(ask.c)?
    } else {
        Vec::new()
    };
    Ok(Page::new("auth/login.html")
        .with("refusal", refusal)
        .with("known", &matches!(ask.actor, Actor::Person(_)))
        .with("demo_password", &demo.then_some(password::DEMO_PASSWORD))
        .with("demo_accounts", &demo_accounts)
        .status(if refusal.is_empty() { 200 } else { 422 }))
}

/// How many of the demo's accounts are shown at once; the others fold away.
const FIRST_ACCOUNTS: usize = 19;

fn demo_accounts(c: &mut Conn) -> Result<Vec<Value>> {
    let mut first = session::demo_accounts(c)?;
    let others = first.split_off(first.len().min(FIRST_ACCOUNTS));
    Ok([("主要账号", first), ("其他支部的账号", others)]
        .into_iter()
        .filter(|(_, accounts)| !accounts.is_empty())
        .map(|(label, accounts)| json!({ "label": label, "accounts": accounts }))
        .collect())
}

/// `POST /login`
pub async fn login(
    app: Data<App>,
    req: HttpRequest,
    form: Form<LoginForm>,
) -> Result<HttpResponse> {
    app.limits.login(&req)?;
    let input = match form.input() {
        Ok(input) => input,
        Err(refused) => {
            return app
                .form_done(&req, form, Err(refused), |ask| shown(ask, ""))
                .await;
        }
    };
    let entered = Entered {
        username: input.username,
        password: input.password,
    };
    match session::login(
        &app.db,
        app.keys(),
        app.demo,
        &form.who,
        entered,
        SessionKind::Page,
    )
    .await
    {
        Ok(login) => {
            let mut response = see_other(safe_next(&input.next.unwrap_or_default()), "");
            app.leave_cookies(&mut response, &login)?;
            Ok(response)
        }
        Err(Error::Unauthorized(refusal)) => {
            let text = format!("{}{}", refusal.reason, refusal.remedy);
            app.form_done(
                &req,
                form,
                Err(Error::Invalid(FieldErrors::new())),
                move |ask| shown(ask, &text),
            )
            .await
        }
        Err(other) => Err(other),
    }
}

/// Only addresses of this site.
fn safe_next(next: &str) -> String {
    let local = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    if local && next != "/" {
        next.to_owned()
    } else {
        "/home".to_owned()
    }
}

/// `GET /account/attempts`: what was tried with one's own account.
pub fn attempts(ask: &mut Ask) -> Result<Page> {
    let tried = Tried::load(ask.c, ask.actor, &())?;
    let shown = tried.shown(ask.c, ask.actor, ask.now)?;
    Ok(Page::new("auth/attempts.html").with("told", &shown))
}

/// `POST /logout`
pub async fn logout(app: Data<App>, form: Form<Empty>) -> Result<HttpResponse> {
    app.command(&form.who, session::logout).await?;
    let mut response = see_other("/login", "您已退出。");
    response
        .add_cookie(&session::session_gone())
        .map_err(|error| Error::Internal(error.into()))?;
    Ok(response)
}
