//! `POST /api/v1/demo/clock`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::actions::{self, ClockInput};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::web::{App, Call};

#[derive(Debug, Serialize, ToSchema)]
pub struct ClockShown {
    pub now: Instant,
}

/// `POST /api/v1/demo/clock`
pub async fn clock(app: Data<App>, call: Call<ClockInput>) -> Result<HttpResponse> {
    if !app.demo {
        return Err(Error::NotFound);
    }
    let input = call.input;
    let now = app.db.write(move |tx| actions::advance(tx, &input)).await?;
    Ok(HttpResponse::Ok().json(ClockShown { now }))
}
