//! The opening ceremony's page.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::App;
use crate::auth::Who;
use crate::clock::show_instant;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::RoundId;
use crate::rounds::input::OpeningInput;
use crate::rounds::{actions, view};
use crate::web::{Form, Page, Values, see_other};

/// `GET /rounds/{id}/opening`
pub async fn opening(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    opening_page(
        &app,
        &req,
        who,
        id.into_inner(),
        Values::new(),
        FieldErrors::new(),
    )
    .await
}

async fn opening_page(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: RoundId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, now| {
        let round = actions::visible(c, actor, id)?;
        let may = view::permissions(c, actor, &round, now)?;
        Ok(Page::new("rounds/opening.html")
            .with("id", &id)
            .with("title", &round.title)
            .with("opening_at", &show_instant(round.opening_at))
            .with("bid_count", &round.bid_count)
            .with("refusal", &may.get("open").cloned().flatten())
            .with("values", &values)
            .with("errors", &errors)
            .status(if errors.is_empty() { 200 } else { 422 }))
    })
    .await
}

/// `POST /rounds/{id}/opening`
pub async fn open(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<OpeningInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let mut values = form.values.clone();
    values.retain(|name, _| !name.starts_with("witness_password"));
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => return opening_page(&app, &req, form.who, id, values, errors).await,
    };
    actions::check_may_open(&app, &form.who, id).await?;
    let witness = match actions::check_witness(&app, &input).await {
        Ok(witness) => witness,
        Err(Error::Invalid(errors)) => {
            return opening_page(&app, &req, form.who, id, values, errors).await;
        }
        Err(other) => return Err(other),
    };
    app.command(&form.who, move |tx, actor| {
        actions::open(tx, actor, id, witness, &input.attendance)
    })
    .await?;
    Ok(see_other(
        format!("/rounds/{id}"),
        "已开标，摘要核对完毕，开标记录已上公示栏。",
    ))
}
