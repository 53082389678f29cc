//! The banner's buttons.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Deserialize;
use validator::Validate;

use super::actions::{self, ClockInput};
use crate::clock::show_instant;
use crate::error::{Error, Result};
use crate::web::{App, Form, see_other};

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct BannerForm {
    advance_minutes: Option<i64>,
    advance_days: Option<i64>,
    advance_working_days: Option<i64>,
    next: Option<String>,
}

/// `POST /demo/clock`
pub async fn clock(app: Data<App>, form: Form<BannerForm>) -> Result<HttpResponse> {
    if !app.demo {
        return Err(Error::NotFound);
    }
    let form = form.input()?;
    let input = ClockInput {
        advance_minutes: form.advance_minutes,
        advance_days: form.advance_days,
        advance_working_days: form.advance_working_days,
    };
    let now = app.db.write(move |tx| actions::advance(tx, &input)).await?;
    let next = form
        .next
        .filter(|next| next.starts_with('/') && !next.starts_with("//"))
        .unwrap_or_else(|| "/".to_owned());
    Ok(see_other(
        next,
        &format!("演示时间已拨到{}。", show_instant(now)),
    ))
}
