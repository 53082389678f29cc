//! Going on with what was typed in a form whose session is over.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use validator::Validate;

use super::again::ask;
use super::edit;
use crate::error::{Error, Result};
use crate::ids::BidId;
use crate::session;
use crate::session::{Entered, SessionKind, Who};
use crate::web::{App, Kept};
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
    let entered = Entered {
        username: input.username.unwrap_or_default(),
        password: input.password.unwrap_or_default(),
    };
    let login = match session::login(
        &app.db,
        app.keys(),
        app.demo,
        &who,
        entered,
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
            app.leave_cookies(&mut answer, &login)?;
            Ok(answer)
        }
        Err(Error::NotFound | Error::Forbidden(_)) => {
            let words = "这个账号不能保存这份申报书，请用原来的账号登录。".to_owned();
            ask(&app, &req, Who::visitor(), id, input.kept, words).await
        }
        Err(other) => Err(other),
    }
}
