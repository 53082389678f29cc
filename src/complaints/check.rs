//! The holidays of every year in which a complaint is due are known.

use chrono::Datelike;

use super::store;
use crate::db::Conn;
use crate::error::Result;
use crate::holidays;
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[("complaints", &[needed])];

fn needed(c: &mut Conn) -> Result<Vec<String>> {
    let table = holidays::table(c)?;
    let mut years: Vec<i32> = store::due(c)?.iter().map(Datelike::year).collect();
    years.sort_unstable();
    years.dedup();
    years.retain(|year| table.years().all(|known| known != *year));
    let said = |year| format!("the holiday table lacks {year}, in which complaints are due");
    Ok(years.into_iter().map(said).collect())
}
