//! Queries of the holiday table.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::calendar::HolidayDay;
use crate::clock::Instant;
use crate::db::schema::{holiday_years, holidays};
use crate::db::{Conn, changed};
use crate::error::Result;

/// A year that is in the table.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = holiday_years)]
pub struct Year {
    pub year: i64,
    pub digest: String,
    pub version: i64,
    /// None as long as it is as it came.
    pub updated_at: Option<Instant>,
}

/// Ascending.
pub fn years(c: &mut Conn) -> Result<Vec<Year>> {
    Ok(holiday_years::table
        .order(holiday_years::year)
        .select(Year::as_select())
        .load(c)?)
}

pub fn find(c: &mut Conn, year: i64) -> Result<Option<Year>> {
    Ok(holiday_years::table
        .find(year)
        .select(Year::as_select())
        .first(c)
        .optional()?)
}

fn day((date, working, name): (NaiveDate, bool, String)) -> HolidayDay {
    HolidayDay {
        date,
        working,
        name,
    }
}

/// Of all years, ascending.
pub fn days(c: &mut Conn) -> Result<Vec<HolidayDay>> {
    let rows: Vec<(NaiveDate, bool, String)> = holidays::table
        .order(holidays::day)
        .select((holidays::day, holidays::working, holidays::name))
        .load(c)?;
    Ok(rows.into_iter().map(day).collect())
}

/// From the first to the last, ascending.
pub fn days_between(c: &mut Conn, first: NaiveDate, last: NaiveDate) -> Result<Vec<HolidayDay>> {
    let rows: Vec<(NaiveDate, bool, String)> = holidays::table
        .filter(holidays::day.between(first, last))
        .order(holidays::day)
        .select((holidays::day, holidays::working, holidays::name))
        .load(c)?;
    Ok(rows.into_iter().map(day).collect())
}

pub fn delete_days(c: &mut Conn, first: NaiveDate, last: NaiveDate) -> Result<()> {
    diesel::delete(holidays::table.filter(holidays::day.between(first, last))).execute(c)?;
    Ok(())
}

pub fn insert_day(c: &mut Conn, day: &HolidayDay) -> Result<()> {
    diesel::insert_into(holidays::table)
        .values((
            holidays::day.eq(day.date),
            holidays::working.eq(day.working),
            holidays::name.eq(&day.name),
        ))
        .execute(c)?;
    Ok(())
}

pub fn insert_year(c: &mut Conn, row: &Year) -> Result<()> {
    diesel::insert_into(holiday_years::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// If nobody was faster.
pub fn update_year(c: &mut Conn, row: &Year) -> Result<()> {
    let rows = diesel::update(
        holiday_years::table
            .find(row.year)
            .filter(holiday_years::version.eq(row.version)),
    )
    .set((
        holiday_years::digest.eq(&row.digest),
        holiday_years::version.eq(row.version + 1),
        holiday_years::updated_at.eq(row.updated_at),
    ))
    .execute(c)?;
    changed(rows)
}
