//! The login page and logging out.

use actix_web::cookie::Cookie;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{COOKIE, SessionKind, Who, actions, store};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::web::{App, Empty, Form, Page, Query, Values, see_other};
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
pub async fn form(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    query: Query<Next>,
) -> Result<HttpResponse> {
    let next = query.0.next.unwrap_or_default();
    let values = Values::from([("next".to_owned(), safe_next(&next))]);
    show(&app, &req, who, values, FieldErrors::new(), String::new()).await
}

async fn show(
    app: &App,
    req: &HttpRequest,
    who: Who,
    values: Values,
    errors: FieldErrors,
    refusal: String,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() && refusal.is_empty() {
        200
    } else {
        422
    };
    let demo_password = app.demo.then_some(password::DEMO_PASSWORD);
    let demo = app.demo;
    app.page(req, who, move |c, actor, _| {
        let known = matches!(actor, Actor::Person(_));
        let demo_accounts = if demo { demo_accounts(c)? } else { Vec::new() };
        Ok(Page::new("auth/login.html")
            .with("values", &values)
            .with("errors", &errors)
            .with("refusal", &refusal)
            .with("known", &known)
            .with("demo_password", &demo_password)
            .with("demo_accounts", &demo_accounts)
            .status(status))
    })
    .await
}

#[derive(Serialize)]
struct DemoAccount {
    username: String,
    name: String,
    post: String,
}

#[derive(Serialize)]
struct DemoGroup {
    label: &'static str,
    accounts: Vec<DemoAccount>,
}

/// How many of the demo's accounts are shown at once; the others fold away.
const FIRST_ACCOUNTS: usize = 19;

fn demo_accounts(c: &mut Conn) -> Result<Vec<DemoGroup>> {
    let mut accounts: Vec<DemoAccount> = store::demo_accounts(c)?
        .into_iter()
        .filter_map(|(username, name, post)| {
            Some(DemoAccount {
                username: username?,
                name,
                post,
            })
        })
        .collect();
    let others = accounts.split_off(accounts.len().min(FIRST_ACCOUNTS));
    let mut groups = vec![DemoGroup {
        label: "主要账号",
        accounts,
    }];
    if !others.is_empty() {
        groups.push(DemoGroup {
            label: "其他支部的账号",
            accounts: others,
        });
    }
    groups.retain(|group| !group.accounts.is_empty());
    Ok(groups)
}

/// `POST /login`
pub async fn login(
    app: Data<App>,
    req: HttpRequest,
    form: Form<LoginForm>,
) -> Result<HttpResponse> {
    app.limits.login(&req)?;
    let mut values = form.values.clone();
    values.retain(|name, _| name == "username" || name == "next");
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => return show(&app, &req, form.who, values, errors, String::new()).await,
    };
    match actions::login(
        &app.db,
        app.keys(),
        app.demo,
        input.username,
        input.password,
        SessionKind::Page,
    )
    .await
    {
        Ok(login) => {
            let cookie = super::cookie_of(login.token, app.secure_cookies);
            let mut response = see_other(safe_next(&input.next.unwrap_or_default()), "");
            response
                .add_cookie(&cookie)
                .map_err(|error| Error::Internal(error.into()))?;
            Ok(response)
        }
        Err(Error::Unauthorized(refusal)) => {
            let text = format!("{}{}", refusal.reason, refusal.remedy);
            show(&app, &req, form.who, values, FieldErrors::new(), text).await
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

/// `POST /logout`
pub async fn logout(app: Data<App>, form: Form<Empty>) -> Result<HttpResponse> {
    app.command(&form.who, actions::logout).await?;
    let mut gone = Cookie::build(COOKIE, "").path("/").http_only(true).finish();
    gone.make_removal();
    let mut response = see_other("/login", "您已退出。");
    response
        .add_cookie(&gone)
        .map_err(|error| Error::Internal(error.into()))?;
    Ok(response)
}
