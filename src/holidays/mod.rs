//! The holiday table (节假日表): which days of a year are not what their weekday says, by the State Council's notice.
//!
//! Owns `holidays` and `holiday_years`. The notices of 2024 to 2026 come with the schema; each November's notice is
//! entered as a year of its own. Working days are counted by [`crate::calendar`], which is pure and takes the table.
//!
//! Read by offices and system administrators; written by the office of a topmost committee and by system
//! administrators, since every committee of the house counts by the same table. A write replaces a whole year, on the
//! version that was read, and is audited in the system's chain.
//!
//! Refused: a day outside the year, a day listed twice, a make-up day on a weekday, a year without 国庆节 (a list that
//! was pasted by half). Whoever needs a date in a year that is missing is refused with a remedy, never given a guess.
//!
//! Invariant: a year's digest is that of its days.

pub mod api;
mod check;
pub mod pages;
pub mod room;
pub mod rules;
pub mod scene;
mod store;
pub mod verbs;

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{Datelike, NaiveDate};
use serde::de::value::SeqAccessDeserializer;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use validator::Validate;

pub use store::Year;

use crate::calendar::{HolidayDay, Holidays};
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};

/// A whole year, in the place of what was there.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct YearInput {
    #[schema(value_type = Vec<HolidayDay>, min_items = 1, max_items = 200)]
    pub days: Days,
}

/// The days of a year: one by one, or a notice as people paste it.
#[derive(Debug, Clone)]
pub enum Days {
    Listed(Vec<HolidayDay>),
    Pasted(String),
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Days;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of days")
            }

            fn visit_str<E>(self, text: &str) -> Result<Days, E> {
                Ok(Days::Pasted(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, days: A) -> Result<Days, A::Error> {
                Deserialize::deserialize(SeqAccessDeserializer::new(days)).map(Days::Listed)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// The table as it was last read, under the digests of its years.
type Known = (Vec<(i64, String)>, Arc<Holidays>);
static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

/// The table: one query, and one more when a year has changed.
pub fn table(c: &mut Conn) -> Result<Arc<Holidays>> {
    let years: Vec<(i64, String)> = store::years(c)?
        .into_iter()
        .map(|year| (year.year, year.digest))
        .collect();
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((of, table)) = known
        && of == years
    {
        return Ok(table);
    }
    let days = store::days(c)?;
    let covered = years
        .iter()
        .filter_map(|(year, _)| i32::try_from(*year).ok());
    let table = Holidays::new(days, covered).map_err(|fault| anyhow::anyhow!(fault))?;
    let table = Arc::new(table);
    *KNOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some((years, table.clone()));
    Ok(table)
}

/// The `days`-th working day after `from`; refused where the table lacks a year it takes.
pub fn working_days_after(c: &mut Conn, from: NaiveDate, days: i64) -> Result<NaiveDate> {
    let days = u32::try_from(days).unwrap_or(0);
    let answer = table(c)?
        .add_working_days(from, days)
        .ok_or_else(|| anyhow::anyhow!("{days} working days after {from} are out of range"))?;
    if answer.missing_years.is_empty() {
        return Ok(answer.value);
    }
    Err(Error::Conflict(missing(&answer.missing_years)))
}

/// What to tell the office late in a year whose successor is not in the table.
pub fn reminder(c: &mut Conn, today: NaiveDate) -> Result<Option<String>> {
    let next = today.year() + 1;
    let lacks = today.month() >= 11 && !table(c)?.years().any(|year| year == next);
    Ok(lacks.then(|| format!("{next} 年的节假日表还没有录入，请尽快在“节假日”页面录入。")))
}

fn missing(years: &[i32]) -> Refusal {
    let years: Vec<String> = years.iter().map(i32::to_string).collect();
    Refusal::new(
        "holiday_year_missing",
        format!("节假日表缺少 {} 年，工作日算不出来。", years.join("、")),
    )
    .remedy("请党委党建部或系统管理员在“节假日”页面录入国务院的放假安排，然后再办。")
}

/// Years whose days are not what their digest was given for.
pub fn broken(c: &mut Conn) -> Result<Vec<i64>> {
    let days = store::days(c)?;
    Ok(store::years(c)?
        .into_iter()
        .filter(|year| {
            rules::digest(days.iter().filter(|day| rules::falls_in(day, year.year))) != year.digest
        })
        .map(|year| year.year)
        .collect())
}
