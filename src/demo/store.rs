//! Where the demo's clock stopped.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::settings::dsl;
use crate::error::Result;

const CLOCK: &str = "demo_clock";
const FORMAT: &str = "%Y-%m-%dT%H:%M:%S%.6f";

pub fn clock(c: &mut Conn) -> Result<Option<Instant>> {
    let stored: Option<String> = dsl::settings
        .filter(dsl::name.eq(CLOCK))
        .select(dsl::value)
        .first(c)
        .optional()?;
    Ok(stored.and_then(|text| Instant::parse_from_str(&text, FORMAT).ok()))
}

pub fn set_clock(c: &mut Conn, now: Instant) -> Result<()> {
    let text = now.format(FORMAT).to_string();
    let updated = diesel::update(dsl::settings.filter(dsl::name.eq(CLOCK)))
        .set(dsl::value.eq(&text))
        .execute(c)?;
    if updated == 0 {
        diesel::insert_into(dsl::settings)
            .values((dsl::name.eq(CLOCK), dsl::value.eq(&text)))
            .execute(c)?;
    }
    Ok(())
}
