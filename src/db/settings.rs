//! What the installation remembers of itself, by name.

use diesel::prelude::*;

use super::Conn;
use super::schema::settings::dsl;
use crate::error::Result;

/// When `biaogan backup` last verified an archive: an instant in RFC 3339.
pub const BACKUP: &str = "backup";

pub fn read(c: &mut Conn, name: &str) -> Result<Option<String>> {
    Ok(dsl::settings
        .filter(dsl::name.eq(name))
        .select(dsl::value)
        .first(c)
        .optional()?)
}

pub fn write(c: &mut Conn, name: &str, value: &str) -> Result<()> {
    let updated = diesel::update(dsl::settings.filter(dsl::name.eq(name)))
        .set(dsl::value.eq(value))
        .execute(c)?;
    if updated == 0 {
        diesel::insert_into(dsl::settings)
            .values((dsl::name.eq(name), dsl::value.eq(value)))
            .execute(c)?;
    }
    Ok(())
}
