//! What events say of the rows they left.

use diesel::prelude::*;

use crate::db::schema::{audit_events, audit_rows};
use crate::db::{Conn, dialect};
use crate::error::Result;
use crate::ids::AuditEventId;

/// A row as an event left it, for the `nth` time.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = audit_rows)]
pub struct RowLine {
    pub event_id: AuditEventId,
    pub table_name: String,
    pub row_key: String,
    pub nth: i64,
    /// None: the row was removed.
    pub digest: Option<String>,
}

impl RowLine {
    fn place(&self) -> (AuditEventId, &str, &str) {
        (self.event_id, &self.table_name, &self.row_key)
    }
}

/// What an event left, many rows in one statement.
pub fn insert_rows(c: &mut Conn, rows: &[RowLine]) -> Result<()> {
    dialect::insert_texts(
        c,
        "audit_rows (table_name, row_key, nth, event_id, digest)",
        rows.iter().map(|row| {
            let (nth, event) = (row.nth.to_string(), row.event_id.to_string());
            [
                Some(&row.table_name),
                Some(&row.row_key),
                Some(&nth),
                Some(&event),
                row.digest.as_ref(),
            ]
            .map(|text| text.cloned())
        }),
    )
}

/// Of the rows with these keys in these tables what was last said of them.
pub fn last_said(c: &mut Conn, tables: &[&str], keys: &[&str]) -> Result<Vec<RowLine>> {
    let later = diesel::alias!(audit_rows as later_rows);
    Ok(audit_rows::table
        .filter(audit_rows::table_name.eq_any(tables.iter().map(|table| (*table).to_owned())))
        .filter(audit_rows::row_key.eq_any(keys.iter().map(|key| (*key).to_owned())))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            later
                .filter(
                    later
                        .field(audit_rows::table_name)
                        .eq(audit_rows::table_name),
                )
                .filter(later.field(audit_rows::row_key).eq(audit_rows::row_key))
                .filter(later.field(audit_rows::nth).gt(audit_rows::nth)),
        )))
        .select(RowLine::as_select())
        .load(c)?)
}

/// What these events left, event by event, by table and key. Put in order here: databases sort texts in ways of their own.
pub fn left_by_each(c: &mut Conn, ids: Vec<AuditEventId>) -> Result<Vec<RowLine>> {
    let mut lines = audit_rows::table
        .filter(audit_rows::event_id.eq_any(ids))
        .select(RowLine::as_select())
        .load::<RowLine>(c)?;
    lines.sort_by(|one, other| one.place().cmp(&other.place()));
    Ok(lines)
}

/// What was said of a table's rows, the last of each row last.
pub fn said_of(c: &mut Conn, table: &str) -> Result<Vec<RowLine>> {
    Ok(audit_rows::table
        .filter(audit_rows::table_name.eq(table.to_owned()))
        .order((audit_rows::row_key, audit_rows::nth))
        .select(RowLine::as_select())
        .load(c)?)
}

/// What is said by an event that is not there.
pub fn said_by_none(c: &mut Conn) -> Result<Vec<RowLine>> {
    let said = audit_events::table
        .filter(audit_events::id.eq(audit_rows::event_id))
        .select(audit_events::id);
    Ok(audit_rows::table
        .filter(diesel::dsl::not(diesel::dsl::exists(said)))
        .limit(100)
        .select(RowLine::as_select())
        .load(c)?)
}

/// Whether rows are vouched for at all: not in a database of old times.
pub fn vouches(c: &mut Conn) -> Result<bool> {
    let first = audit_rows::table.select(audit_rows::nth).limit(1);
    Ok(first.first::<i64>(c).optional()?.is_some())
}
