//! Reading and replacing a year.

use chrono::NaiveDate;
use serde_json::json;

use super::store::{self, Year};
use super::{YearInput, rules};
use crate::audit::{self, Chain, Event, Verb};
use crate::calendar::HolidayDay;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::people;
use crate::who::{Actor, Role};

/// Offices and system administrators.
pub fn may_read(actor: &Actor) -> Result<()> {
    actor.person()?;
    if actor.has(Role::Office) || actor.has(Role::SystemAdmin) {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new("role_required", "节假日表由党委党建部和系统管理员查看。")
            .remedy("请联系本单位党委党建部。"),
    ))
}

/// The office of a topmost committee, and system administrators: everybody counts by the same table.
pub fn may_change(c: &mut Conn, actor: &Actor) -> Result<()> {
    may_read(actor)?;
    if actor.has(Role::SystemAdmin) {
        return Ok(());
    }
    for grant in actor.grants() {
        if grant.role == Role::Office
            && people::organization(c, grant.organization_id)?
                .parent_id
                .is_none()
        {
            return Ok(());
        }
    }
    Err(Error::Forbidden(
        Refusal::new(
            "top_office_required",
            "节假日表全系统共用，由最上级党委的党建部或系统管理员修改。",
        )
        .remedy("请联系上级党委党建部。"),
    ))
}

fn bounds(year: i64) -> Result<(NaiveDate, NaiveDate)> {
    if !rules::YEARS.contains(&year) {
        return Err(Error::NotFound);
    }
    let of = i32::try_from(year).map_err(|_| Error::NotFound)?;
    NaiveDate::from_ymd_opt(of, 1, 1)
        .zip(NaiveDate::from_ymd_opt(of, 12, 31))
        .ok_or(Error::NotFound)
}

/// The years there are.
pub fn years(c: &mut Conn, actor: &Actor) -> Result<Vec<Year>> {
    may_read(actor)?;
    store::years(c)
}

/// A year and its days; one that is missing has version 0 and none.
pub fn year(c: &mut Conn, actor: &Actor, year: i64) -> Result<(Year, Vec<HolidayDay>)> {
    may_read(actor)?;
    let (first, last) = bounds(year)?;
    let row = store::find(c, year)?.unwrap_or(Year {
        year,
        digest: String::new(),
        version: 0,
        updated_at: None,
    });
    Ok((row, store::days_between(c, first, last)?))
}

/// Replaces a year, or enters it, with version 0.
pub fn change(
    tx: &mut Tx,
    actor: &Actor,
    year: i64,
    version: i64,
    input: &YearInput,
) -> Result<Year> {
    may_change(tx, actor)?;
    let (first, last) = bounds(year)?;
    let now = tx.now();
    let before = store::find(tx, year)?;
    if before.as_ref().map_or(0, |row| row.version) != version {
        return Err(Error::stale());
    }
    let days = rules::year(year, &input.days)
        .map_err(|faults| Error::Invalid([("days".to_owned(), faults)].into()))?;
    let mut row = Year {
        year,
        digest: rules::digest(days.iter()),
        version,
        updated_at: Some(now),
    };
    if before.is_some() {
        store::update_year(tx, &row)?;
        row.version += 1;
    } else {
        row.version = 1;
        store::insert_year(tx, &row)?;
    }
    store::delete_days(tx, first, last)?;
    for day in &days {
        store::insert_day(tx, day)?;
    }
    audit::record(
        tx,
        actor,
        Event::new(Verb::HolidaysChanged, Chain::System, "holidays", year)
            .version(row.version)
            .detail(json!({
                "days": days.len(),
                "digest": row.digest,
                "before": before.map(|before| before.digest),
            })),
    )?;
    Ok(row)
}
