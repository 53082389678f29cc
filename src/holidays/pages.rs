//! `/calendar`: the holiday table, a year at a time.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::Datelike;
use serde::{Deserialize, Serialize};
use serde_json::json;
use validator::Validate;

use super::{YearInput, actions, rules};
use crate::clock::{self, show_date, show_instant};
use crate::error::{Error, FieldErrors, Result};
use crate::session::Who;
use crate::web::{App, Form, Page, Query, Values, see_other};

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct CalendarQuery {
    pub year: Option<i64>,
}

/// A year as it is pasted.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct CalendarForm {
    pub version: i64,
    #[validate(length(min = 1, max = 20_000))]
    pub days: String,
}

/// `GET /calendar`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    query: Query<CalendarQuery>,
) -> Result<HttpResponse> {
    page(&app, &req, who, query.0.year, None, FieldErrors::new()).await
}

async fn page(
    app: &App,
    req: &HttpRequest,
    who: Who,
    year: Option<i64>,
    typed: Option<Values>,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { 200 } else { 422 };
    app.private_page(req, who, move |c, actor, now| {
        let today = clock::local_date(now);
        let this_year = i64::from(today.year());
        let year = year.unwrap_or(this_year);
        let there: Vec<i64> = actions::years(c, actor)?
            .iter()
            .map(|row| row.year)
            .collect();
        let change = actions::may_change(c, actor);
        if !errors.is_empty() {
            change
                .as_ref()
                .map_err(|error| Error::Forbidden(error.refusal()))?;
        }
        let (row, days) = actions::year(c, actor, year)?;
        let mut offered = there.clone();
        offered.extend([this_year, this_year + 1, year]);
        offered.sort_unstable();
        offered.dedup();
        let tabs: Vec<_> = offered
            .iter()
            .map(|of| {
                let missing = if there.contains(of) { "" } else { "（缺）" };
                json!({
                    "label": format!("{of} 年{missing}"),
                    "href": format!("/calendar?year={of}"),
                    "current": *of == year,
                })
            })
            .collect();
        // The notice for a year appears in November of the year before.
        let wanted = [this_year, this_year + i64::from(today.month() >= 11)];
        let missing: Vec<i64> = offered
            .iter()
            .copied()
            .filter(|of| wanted.contains(of) && !there.contains(of))
            .collect();
        let values = typed.unwrap_or_else(|| {
            Values::from([
                ("version".to_owned(), row.version.to_string()),
                ("days".to_owned(), rules::text(&days)),
            ])
        });
        let shown: Vec<_> = days
            .iter()
            .map(|day| {
                json!({
                    "date": show_date(day.date), "working": day.working, "name": day.name,
                    "weekday": WEEKDAYS.get(day.date.weekday().num_days_from_monday() as usize),
                })
            })
            .collect();
        Ok(Page::new("holidays/calendar.html")
            .with("year", &year)
            .with("tabs", &tabs)
            .with("missing", &missing)
            .with("days", &shown)
            .with("entered", &(row.version > 0))
            .with("changed_at", &row.updated_at.map(show_instant))
            .with("refusal", &change.err().map(|error| error.refusal()))
            .with("values", &values)
            .with("errors", &errors)
            .status(status))
    })
    .await
}

const WEEKDAYS: [&str; 7] = [
    "星期一",
    "星期二",
    "星期三",
    "星期四",
    "星期五",
    "星期六",
    "星期日",
];

/// `POST /calendar/{year}`
pub async fn change(
    app: Data<App>,
    req: HttpRequest,
    year: Path<i64>,
    form: Form<CalendarForm>,
) -> Result<HttpResponse> {
    let year = year.into_inner();
    let read = form.input.clone().and_then(|input| {
        rules::lines(year, &input.days)
            .map(|days| (input.version, YearInput { days }))
            .map_err(|faults| FieldErrors::from([("days".to_owned(), faults)]))
    });
    let done = match read {
        Ok((version, input)) => {
            app.command(&form.who, move |tx, actor| {
                actions::change(tx, actor, year, version, &input)
            })
            .await
        }
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(see_other(
            format!("/calendar?year={year}"),
            &format!("{year} 年的节假日表已保存。"),
        )),
        Err(Error::Invalid(errors)) => {
            page(&app, &req, form.who, Some(year), Some(form.values), errors).await
        }
        Err(Error::Conflict(refusal)) if refusal.code == "version_conflict" => {
            conflict(&app, &req, form.who, year, form.values).await
        }
        Err(other) => Err(other),
    }
}

/// Somebody else changed it: both versions side by side.
async fn conflict(
    app: &App,
    req: &HttpRequest,
    who: Who,
    year: i64,
    typed: Values,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, _| {
        let (row, days) = actions::year(c, actor, year)?;
        let yours = typed.get("days").cloned().unwrap_or_default();
        let theirs = rules::text(&days);
        let side = |value: &str| json!([{ "label": "放假和上班", "value": value, "differs": yours.trim() != theirs.trim() }]);
        Ok(Page::new("shell/conflict.html")
            .with("what", &format!("{year} 年的节假日表"))
            .with("theirs_by", &None::<String>)
            .with("theirs_at", &row.updated_at.map(show_instant))
            .with("yours", &side(&yours))
            .with("theirs", &side(&theirs))
            .with("action", &format!("/calendar/{year}"))
            .with("version", &row.version)
            .with("fields", &json!([{ "name": "days", "value": yours }]))
            .with("back", &format!("/calendar?year={year}"))
            .with("replaced", &true)
            .status(409))
    })
    .await
}
