//! Where the demo's clock stopped: kept as UTC without saying so.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::settings::dsl;
use crate::error::Result;

const CLOCK: &str = "demo_clock";

pub fn clock(c: &mut Conn) -> Result<Option<Instant>> {
    let stored: Option<String> = dsl::settings
        .filter(dsl::name.eq(CLOCK))
        .select(dsl::value)
        .first(c)
        .optional()?;
    Ok(stored.and_then(|text| format!("{text}Z").parse().ok()))
}

pub fn set_clock(c: &mut Conn, now: Instant) -> Result<()> {
    let text = now.to_string();
    let text = text.trim_end_matches('Z');
    let updated = diesel::update(dsl::settings.filter(dsl::name.eq(CLOCK)))
        .set(dsl::value.eq(text))
        .execute(c)?;
    if updated == 0 {
        diesel::insert_into(dsl::settings)
            .values((dsl::name.eq(CLOCK), dsl::value.eq(text)))
            .execute(c)?;
    }
    Ok(())
}
