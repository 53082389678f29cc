//! `/api/v1/holidays/{year}`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;
use utoipa::ToSchema;

use super::store::Year;
use super::{YearInput, actions};
use crate::calendar::HolidayDay;
use crate::error::Result;
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Reply};

/// A year of the holiday table: the days that are not what their weekday says.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearShown {
    pub year: i64,
    /// 0 as long as the year is missing; `If-Match: "v0"` enters it.
    pub version: i64,
    pub days: Vec<HolidayDay>,
}

impl YearShown {
    fn of(row: &Year, days: Vec<HolidayDay>) -> Self {
        Self {
            year: row.year,
            version: row.version,
            days,
        }
    }
}

/// A year of the holiday table: for offices and system administrators.
#[utoipa::path(get, path = "/api/v1/holidays/{year}", tag = "holidays", params(("year" = i64, Path)),
    responses((status = 200, body = YearShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, year: Path<i64>) -> Result<HttpResponse> {
    let year = year.into_inner();
    app.api(who, move |c, actor, _| {
        let (row, days) = actions::year(c, actor, year)?;
        Ok(Reply::ok(&YearShown::of(&row, days))?.version(row.version))
    })
    .await
}

/// Replaces a year, or enters it: the office of a topmost committee, and system administrators. Weekends that a notice
/// names along with a holiday may be listed; they are not kept.
#[utoipa::path(put, path = "/api/v1/holidays/{year}", tag = "holidays", request_body = YearInput,
    params(("year" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = YearShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub async fn change(
    app: Data<App>,
    year: Path<i64>,
    call: Call<YearInput>,
) -> Result<HttpResponse> {
    let year = year.into_inner();
    let if_match = call.if_match;
    app.api_command(call, move |tx, actor, input| {
        actions::may_change(tx, actor)?;
        let row = actions::change(tx, actor, year, if_match.required()?, input)?;
        let (_, days) = actions::year(tx, actor, year)?;
        Ok(Reply::ok(&YearShown::of(&row, days))?.version(row.version))
    })
    .await
}
