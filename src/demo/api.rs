//! `POST /api/v1/demo/clock`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::actions::{self, ClockInput};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::web::errors::Problem;
use crate::web::{App, Call};

#[derive(Debug, Serialize, ToSchema)]
pub struct ClockShown {
    pub now: Instant,
}

/// Move the demo's clock forward. Exists in `demo` alone.
#[utoipa::path(post, path = "/api/v1/demo/clock", tag = "demo", security(()), request_body = ClockInput,
    responses((status = 200, body = ClockShown), (status = 400, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub async fn clock(app: Data<App>, call: Call<ClockInput>) -> Result<HttpResponse> {
    if !app.demo {
        return Err(Error::NotFound);
    }
    let input = call.input;
    let now = app.db.write(move |tx| actions::advance(tx, &input)).await?;
    Ok(HttpResponse::Ok().json(ClockShown { now: now }))
}
