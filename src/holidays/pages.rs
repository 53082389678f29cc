//! `/calendar`: the holiday table, a year at a time.

use chrono::Datelike;
use serde::Deserialize;
use serde_json::json;
use validator::Validate;

use super::scene::YearScene;
use super::verbs::ReplaceYear;
use super::{rules, store};
use crate::clock;
use crate::error::Result;
use crate::verbs::{Scene, refusal};
use crate::web::{Ask, Page};

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct CalendarQuery {
    pub year: Option<i64>,
}

/// `GET /calendar`
pub fn show(ask: &mut Ask) -> Result<Page> {
    let query: CalendarQuery = ask.query()?;
    let this_year = i64::from(clock::local_date(ask.now).year());
    of_year(ask, query.year.unwrap_or(this_year))
}

pub fn of_year(ask: &mut Ask, year: i64) -> Result<Page> {
    let on = YearScene::load(ask.c, ask.actor, &year)?;
    let today = clock::local_date(ask.now);
    let this_year = i64::from(today.year());
    let there: Vec<i64> = store::years(ask.c)?.iter().map(|row| row.year).collect();
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
        .into_iter()
        .filter(|of| wanted.contains(of) && !there.contains(of))
        .collect();
    ask.again.fill(&json!({ "days": rules::text(&on.days) }))?;
    Ok(Page::new("holidays/calendar.html")
        .with("year", &year)
        .with("tabs", &tabs)
        .with("missing", &missing)
        .with("days", &on.days)
        .with("version", &on.row.version)
        .with("changed_at", &on.row.updated_at)
        .with(
            "refusal",
            &refusal::<ReplaceYear>(ask.c, &on, ask.actor, ask.now)?,
        ))
}
