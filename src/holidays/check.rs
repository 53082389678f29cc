//! The holiday table: whole years.

use crate::db::Conn;
use crate::error::Result;
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[("holidays", &[digests])];

/// A year holds what its digest was given for.
fn digests(c: &mut Conn) -> Result<Vec<String>> {
    Ok(super::broken(c)?
        .into_iter()
        .map(|year| format!("the days of {year} are not what was entered"))
        .collect())
}
