//! `/account`: one's own account.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::super::{PasswordInput, store};
use crate::error::{Error, FieldErrors, Result};
use crate::session;
use crate::session::Who;
use crate::web::{App, Form, Page, Values, see_other};

#[derive(Serialize)]
struct Held {
    role: &'static str,
    organization: String,
}

/// `GET /account`
pub async fn show(app: Data<App>, req: HttpRequest, who: Who) -> Result<HttpResponse> {
    show_with(&app, &req, who, FieldErrors::new()).await
}

async fn show_with(
    app: &App,
    req: &HttpRequest,
    who: Who,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, _| {
        let row = store::user_row(c, actor.person()?.user_id)?;
        let held: Vec<Held> = store::grants_of(c, &[row.user.id])?
            .into_iter()
            .map(|grant| Held {
                role: grant.role.label(),
                organization: grant.organization_name,
            })
            .collect();
        let status = if errors.is_empty() { 200 } else { 422 };
        Ok(Page::new("people/account.html")
            .with("id", &row.user.id)
            .with("reviews", &actor.has(crate::who::Role::Reviewer))
            .with("name", &row.user.name)
            .with("post", &row.user.post)
            .with("organization", &row.organization)
            .with("staff_number", &row.user.staff_number)
            .with("username", &row.user.username)
            .with("held", &held)
            .with("values", &Values::new())
            .with("errors", &errors)
            .status(status))
    })
    .await
}

/// `POST /account/password`
pub async fn password(
    app: Data<App>,
    req: HttpRequest,
    form: Form<PasswordInput>,
) -> Result<HttpResponse> {
    app.limits.login(&req)?;
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => return show_with(&app, &req, form.who, errors).await,
    };
    let credentials = form.who.clone();
    let own = app
        .db
        .read(move |c| Ok(session::resolve(c, &credentials)?.user_id()))
        .await?
        .ok_or_else(Error::unauthorized)?;
    match super::users::set(&app, &form.who, own, input).await {
        Ok(()) => Ok(see_other("/login", "口令已更改，请用新口令登录。")),
        Err(Error::Invalid(errors)) => show_with(&app, &req, form.who, errors).await,
        Err(error) => Err(error),
    }
}
