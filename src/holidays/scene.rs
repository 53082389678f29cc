//! A year of the table, for those who look it up.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules;
use super::store::{self, Year};
use crate::audit::{self, Chain, Event};
use crate::calendar::HolidayDay;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::verbs::{Scene, Subject};
use crate::who::Actor;

/// One that is missing has version 0 and no days.
pub struct YearScene {
    pub row: Year,
    pub days: Vec<HolidayDay>,
}

/// A year of the holiday table: the days that are not what their weekday says.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearShown {
    pub year: i64,
    /// 0 as long as the year is missing; `If-Match: "v0"` enters it.
    pub version: i64,
    pub days: Vec<HolidayDay>,
}

impl Scene for YearScene {
    type Id = i64;

    fn load(c: &mut Conn, actor: &Actor, year: &i64) -> Result<Self> {
        rules::may_read(actor)?;
        let (first, last) = rules::bounds(*year).ok_or(Error::NotFound)?;
        let row = store::find(c, *year)?.unwrap_or(Year {
            year: *year,
            digest: String::new(),
            version: 0,
            updated_at: None,
        });
        Ok(Self {
            row,
            days: store::days_between(c, first, last)?,
        })
    }

    fn version(&self) -> i64 {
        self.row.version
    }
}

impl Subject for YearScene {
    type Shown = YearShown;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<YearShown> {
        Ok(YearShown {
            year: self.row.year,
            version: self.row.version,
            days: self.days.clone(),
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        Event::new(verb, Chain::System, "holidays", self.row.year)
    }

    fn href(&self) -> String {
        format!("/calendar?year={}", self.row.year)
    }

    fn address(&self) -> String {
        format!("/api/v1/holidays/{}", self.row.year)
    }
}
