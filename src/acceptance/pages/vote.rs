//! Voting by code: a phone, no login, nothing kept of who came.
//!
//! The form is read without the session: somebody logged in votes as everybody else does, and their session row is not
//! touched. A forged request from elsewhere would need the code, so there is no CSRF token.

use actix_web::dev::Payload as Body;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::acceptance::input::VoteInput;
use crate::acceptance::views::LIKERT;
use crate::acceptance::{Choice, CodeKind, cast as votes, rules};
use crate::error::{Error, FieldErrors, Result};
use crate::session::Who;
use crate::web::{App, Page, Values, call, forms, once};

/// `GET /vote/{code}`
pub async fn asked(app: Data<App>, req: HttpRequest, code: Path<String>) -> Result<HttpResponse> {
    let code = code.into_inner();
    app.limits.vote(&req, &code)?;
    form(&app, &req, code, Values::new(), FieldErrors::new()).await
}

async fn form(
    app: &App,
    req: &HttpRequest,
    code: String,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { 200 } else { 422 };
    let keys = app.keys().server().clone();
    app.page(req, Who::visitor(), move |c, _, _| {
        let asked = votes::asked(c, &keys, &code)?;
        let choices: Vec<_> = Choice::ALL
            .iter()
            .map(|choice| {
                json!({ "value": choice, "label": choice.label(), "points": rules::points(*choice) })
            })
            .collect();
        Ok(Page::new("acceptance/vote.html")
            .with("code", &code)
            .with("ballot", &(asked.kind == CodeKind::Ballot))
            .with("project", &asked.project)
            .with("organization", &asked.organization)
            .with("choices", &choices)
            .with("questions", &asked.questions)
            .with("likert", &LIKERT)
            .with("values", &values)
            .with("errors", &errors)
            .status(status))
    })
    .await
}

/// `POST /vote/{code}`
pub async fn cast(
    app: Data<App>,
    req: HttpRequest,
    code: Path<String>,
    body: Payload,
) -> Result<HttpResponse> {
    let code = code.into_inner();
    app.limits.vote(&req, &code)?;
    let mut payload: Body = body.into_inner();
    let body = call::read_body(&mut payload).await?;
    let mut pairs = forms::pairs(&body);
    pairs.retain(|(name, _)| name != "csrf" && name != once::FIELD);
    let outcome = match forms::parse_pairs::<VoteInput>(&pairs) {
        Ok(input) => {
            let (code, keys) = (code.clone(), app.keys().server().clone());
            app.db
                .write(move |tx| votes::cast(tx, &keys, &code, &input))
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(cast) => {
            app.page(&req, Who::visitor(), move |_, _, _| {
                Ok(Page::new("acceptance/voted.html")
                    .with("ballot", &(cast.kind == CodeKind::Ballot))
                    .with("receipt", &cast.receipt)
                    .with("acceptance", &cast.acceptance_id))
            })
            .await
        }
        Err(Error::Invalid(errors)) => form(&app, &req, code, forms::values(&pairs), errors).await,
        Err(other) => Err(other),
    }
}
