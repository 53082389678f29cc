//! Going on with what was typed in a form whose session is over.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;
use validator::Validate;

use super::edit;
use crate::bids::content;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::BidId;
use crate::session;
use crate::session::{SessionKind, Who};
use crate::web::{App, Kept, Page, Values, forms};
use crate::who::Actor;

/// The form with the words in it; name and password of whoever has to log in again.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ResumeForm {
    #[validate(length(max = 64))]
    username: Option<String>,
    #[validate(length(max = 128))]
    password: Option<String>,
    /// The bid's form as it was sent.
    kept: String,
}

/// Which fields of the form are words of the writer's.
fn is_text(name: &str) -> bool {
    !(["version", "act", "add", "topic_id"].contains(&name)
        || name.starts_with("team")
        || name.ends_with("[step]"))
}

/// Shows what was typed and asks to log in again, or, of somebody logged in anew, to save it.
pub(super) async fn ask(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: BidId,
    kept: String,
    refusal: String,
) -> Result<HttpResponse> {
    let texts: Vec<_> = forms::pairs(kept.as_bytes())
        .into_iter()
        .filter(|(name, value)| is_text(name) && !value.trim().is_empty())
        .map(|(name, value)| json!({ "label": content::label_of(&name), "text": value }))
        .collect();
    app.page(req, who, move |_, actor, _| {
        let known = matches!(actor, Actor::Person(_));
        Ok(Page::new("bids/resume.html")
            .with("id", &id)
            .with("kept", &kept)
            .with("texts", &texts)
            .with("known", &known)
            .with("refusal", &refusal)
            .with("values", &Values::new())
            .with("errors", &FieldErrors::new())
            .status(if known { 403 } else { 401 }))
    })
    .await
}

/// `POST /bids/{id}/resume`: logs in if that is needed, and saves what was typed.
pub async fn resume(
    app: Data<App>,
    req: HttpRequest,
    id: Path<BidId>,
    typed: Kept,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let (who, stale) = (typed.who.clone(), typed.stale);
    let input: ResumeForm = typed.form_without(&[])?.input()?;
    if stale {
        return ask(&app, &req, who, id, input.kept, String::new()).await;
    }
    let asking = who.clone();
    let known = app
        .db
        .read(move |c| Ok(matches!(session::resolve(c, &asking)?, Actor::Person(_))))
        .await?;
    if known {
        return edit::saved(&app, &req, id, Kept::again(who, &input.kept)).await;
    }
    app.limits.login(&req)?;
    let name = input.username.unwrap_or_default();
    let password = input.password.unwrap_or_default();
    let login = match session::login(
        &app.db,
        app.keys(),
        app.demo,
        name,
        password,
        SessionKind::Page,
    )
    .await
    {
        Ok(login) => login,
        Err(Error::Unauthorized(refusal)) => {
            let words = format!("{}{}", refusal.reason, refusal.remedy);
            return ask(&app, &req, Who::visitor(), id, input.kept, words).await;
        }
        Err(other) => return Err(other),
    };
    let who = session::page_claims_of(app.keys(), &login.token);
    match edit::saved(&app, &req, id, Kept::again(who, &input.kept)).await {
        Ok(mut answer) => {
            answer
                .add_cookie(&session::cookie_of(login.token, app.secure_cookies))
                .map_err(|error| Error::Internal(error.into()))?;
            Ok(answer)
        }
        Err(Error::NotFound | Error::Forbidden(_)) => {
            let words = "这个账号不能保存这份申报书，请用原来的账号登录。".to_owned();
            ask(&app, &req, Who::visitor(), id, input.kept, words).await
        }
        Err(other) => Err(other),
    }
}
