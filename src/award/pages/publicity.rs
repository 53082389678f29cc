//! Publicity and the conclusion.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::award::actions::publicity;
use crate::clock::show_date;
use crate::error::Result;
use crate::ids::RoundId;
use crate::web::App;
use crate::web::{Empty, Form, see_other};

/// `POST /rounds/{id}/publicity`
pub async fn publicize(
    app: Data<App>,
    id: Path<RoundId>,
    form: Form<Empty>,
) -> Result<HttpResponse> {
    form.input()?;
    let id = id.into_inner();
    let (scene, warning) = app
        .command(&form.who, move |tx, actor| {
            publicity::publicize(tx, actor, id)
        })
        .await?;
    let until = scene
        .round
        .publicity_until
        .map(show_date)
        .unwrap_or_default();
    Ok(see_other(
        format!("/rounds/{id}"),
        &format!("已发布公示，公示至{until}。{}", warning.unwrap_or_default()),
    ))
}

/// `POST /rounds/{id}/conclude`
pub async fn conclude(
    app: Data<App>,
    id: Path<RoundId>,
    form: Form<Empty>,
) -> Result<HttpResponse> {
    form.input()?;
    let id = id.into_inner();
    app.command(&form.who, move |tx, actor| {
        publicity::conclude(tx, actor, id)
    })
    .await?;
    Ok(see_other(
        format!("/rounds/{id}"),
        "批次已办结，可以起草合同。",
    ))
}
