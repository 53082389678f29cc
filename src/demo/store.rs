//! Where the demo's clock stopped: kept as UTC without saying so.

use crate::clock::Instant;
use crate::db::{Conn, settings};
use crate::error::Result;

const CLOCK: &str = "demo_clock";

pub fn clock(c: &mut Conn) -> Result<Option<Instant>> {
    let stored = settings::read(c, CLOCK)?;
    Ok(stored.and_then(|text| format!("{text}Z").parse().ok()))
}

pub fn set_clock(c: &mut Conn, now: Instant) -> Result<()> {
    settings::write(c, CLOCK, now.to_string().trim_end_matches('Z'))
}
