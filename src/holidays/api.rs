//! `/api/v1/holidays/{year}`.

use super::scene::YearScene;
use crate::error::Result;
use crate::verbs::reading;
use crate::web::{Ask, Reply};

pub fn show(ask: &mut Ask, year: i64) -> Result<Reply> {
    reading::<YearScene>(ask, year)
}
