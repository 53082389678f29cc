//! What the trail vouches for: which rows a transaction changed, told by triggers, and every row in one canonical form.
//!
//! The triggers write into a temporary table of the program's own connections: what somebody changes by another door is
//! not in it, and so in no event. They keep the row as it was found, too, so that a change by another door is not covered
//! up by the program's next one. On SQLite they are temporary, too; on PostgreSQL they are installed with the migrations.

mod triggers;

pub use triggers::UNINSTALL;
pub(super) use triggers::install;

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde_json::{Map, Value};

use super::{Conn, left_out};
use crate::crypto::sha256_hex;
use crate::error::Result;

/// A table, and what names a row of it.
#[derive(Debug, Clone)]
pub struct Shape {
    pub table: String,
    keys: Vec<Key>,
    columns: Vec<String>,
}

#[derive(Debug, Clone)]
struct Key {
    column: String,
    /// A number, which SQL takes without quotes.
    number: bool,
}

/// Every table that is vouched for, by name.
#[derive(Debug, Clone, Default)]
pub struct Shapes(BTreeMap<String, Shape>);

/// A row as a transaction left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub table: String,
    pub key: String,
    /// As the transaction found it; None if there was none.
    pub was: Option<String>,
    /// None: it is gone.
    pub digest: Option<String>,
}

impl Left {
    /// Its table and key.
    pub fn name(&self) -> (String, String) {
        (self.table.clone(), self.key.clone())
    }
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    named: String,
    /// Its place in the primary key, from 1 on; 0 if it is no part of it.
    #[diesel(sql_type = BigInt)]
    part: i64,
    #[diesel(sql_type = Bool)]
    number: bool,
}

#[derive(QueryableByName, PartialEq, Eq, PartialOrd, Ord)]
struct Touched {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    named: String,
    /// The row as it was found.
    #[diesel(sql_type = Nullable<Text>)]
    was: Option<String>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    named: String,
    #[diesel(sql_type = Text)]
    said: String,
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is db/: the rows of any table, as no typed query gives them"
)]
fn rows<T: QueryableByName<diesel::sqlite::Sqlite> + QueryableByName<diesel::pg::Pg> + 'static>(
    c: &mut Conn,
    sqlite: &str,
    postgres: &str,
) -> Result<Vec<T>> {
    Ok(match c {
        Conn::Sqlite(c) => diesel::sql_query(sqlite).load(c)?,
        Conn::Postgres(c) => diesel::sql_query(postgres).load(c)?,
    })
}

impl Shapes {
    pub fn of(c: &mut Conn) -> Result<Self> {
        let columns: Vec<Column> = rows(
            c,
            "SELECT m.name AS of, p.name AS named, CAST(p.pk AS BIGINT) AS part, p.type = 'BIGINT' AS number \
             FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY m.name, p.cid",
            "SELECT c.relname::text AS of, a.attname::text AS named, \
             COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint AS part, a.atttypid = 'bigint'::regtype AS number \
             FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
             LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
             WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname, a.attnum",
        )?;
        let mut shapes = Self::default();
        for column in columns {
            let table = column.of;
            if table.starts_with("__diesel") || left_out::TABLES.contains(&table.as_str()) {
                continue;
            }
            let shape = shapes.0.entry(table.clone()).or_insert_with(|| Shape {
                table,
                keys: Vec::new(),
                columns: Vec::new(),
            });
            if column.part > 0 {
                shape.keys.push(Key {
                    column: column.named.clone(),
                    number: column.number,
                });
            }
            if !shape.leaves_out(&column.named) {
                shape.columns.push(column.named);
            }
        }
        // Whose rows have no names, is no table of this program.
        shapes.0.retain(|_, shape| !shape.keys.is_empty());
        Ok(shapes)
    }

    pub fn all(&self) -> impl Iterator<Item = &Shape> {
        self.0.values()
    }

    /// Rows of a table that were changed since [`Shapes::take`] was last asked.
    pub fn touched_of(&self, c: &mut Conn, table: &str) -> Result<HashSet<String>> {
        let sql = format!(
            "SELECT table_name AS of, row_key AS named, NULL AS was FROM touched_rows WHERE table_name = {}",
            quoted(table)
        );
        let touched: Vec<Touched> = rows(c, &sql, &sql)?;
        Ok(touched.into_iter().map(|row| row.named).collect())
    }

    /// These rows as they are now.
    pub fn digests_of(&self, c: &mut Conn, table: &str, keys: &[&str]) -> Result<Vec<Left>> {
        let mut found = Vec::with_capacity(keys.len());
        if let Some(shape) = self.0.get(table) {
            for part in keys.chunks(PART) {
                found.extend(shape.left(c, part)?);
            }
        }
        Ok(found)
    }

    /// The rows that changed since this was last asked, as they are now.
    pub fn take(&self, c: &mut Conn) -> Result<Vec<Left>> {
        let sql = "DELETE FROM touched_rows RETURNING table_name AS of, row_key AS named, was";
        let mut touched: Vec<Touched> = rows(c, sql, sql)?;
        touched.sort_unstable();
        let mut left = Vec::with_capacity(touched.len());
        for same in touched.chunk_by(|one, other| one.of == other.of) {
            let Some(shape) = same.first().and_then(|first| self.0.get(&first.of)) else {
                continue;
            };
            for part in same.chunks(PART) {
                let keys: Vec<&str> = part.iter().map(|one| one.named.as_str()).collect();
                let mut found = shape.left(c, &keys)?;
                for (row, touched) in found.iter_mut().zip(part) {
                    row.was = touched
                        .was
                        .as_deref()
                        .map(|was| shape.digest(was))
                        .transpose()?;
                }
                left.extend(found);
            }
        }
        Ok(left)
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Rows read at once.
const PART: usize = 500;

impl Shape {
    fn leaves_out(&self, column: &str) -> bool {
        left_out::column(&self.table, column)
    }

    /// What names a row, of a row that is called `row`.
    fn key(&self, row: &str) -> String {
        let parts: Vec<String> = self
            .keys
            .iter()
            .map(|key| format!("CAST({row}{} AS TEXT)", key.column))
            .collect();
        parts.join(" || '/' || ")
    }

    /// Its columns, of a row that is called `row`.
    fn row(&self, row: &str) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|name| format!("{row}{name}"))
            .collect();
        columns.join(", ")
    }

    /// Its columns as a JSON object, of a row that is called `row`.
    fn object_of_sqlite(&self, row: &str) -> String {
        let columns: Vec<String> = self
            .columns
            .iter()
            .map(|name| {
                let column = format!("{row}{name}");
                format!(
                    "'{name}', CASE typeof({column}) WHEN 'blob' THEN hex({column}) ELSE {column} END"
                )
            })
            .collect();
        format!("json_object({})", columns.join(", "))
    }

    /// Its key and its columns as a JSON object, in SQL.
    fn selected(&self, sqlite: bool) -> String {
        let key = self.key("");
        let said = if sqlite {
            self.object_of_sqlite("")
        } else {
            format!("to_jsonb({})::text", self.table)
        };
        format!("SELECT {key} AS named, {said} AS said FROM {}", self.table)
    }

    fn load(&self, c: &mut Conn, rest: &str) -> Result<Vec<Row>> {
        let sqlite = format!("{} {rest}", self.selected(true));
        let postgres = format!("{} {rest}", self.selected(false));
        rows(c, &sqlite, &postgres)
    }

    fn left(&self, c: &mut Conn, keys: &[&str]) -> Result<Vec<Left>> {
        let wanted: Vec<String> = keys.iter().map(|key| self.literal(key)).collect();
        // A list takes the column's type, which the rows of VALUES would not; but it holds single values alone.
        let listed = match self.keys.len() {
            1 => "",
            _ => "VALUES ",
        };
        let rest = format!(
            "WHERE ({}) IN ({listed}{})",
            self.order(),
            wanted.join(", ")
        );
        let mut found: BTreeMap<String, String> = self
            .load(c, &rest)?
            .into_iter()
            .map(|row| Ok((row.named, self.digest(&row.said)?)))
            .collect::<Result<_>>()?;
        Ok(keys
            .iter()
            .map(|key| Left {
                table: self.table.clone(),
                key: (*key).to_owned(),
                was: None,
                digest: found.remove(*key),
            })
            .collect())
    }

    /// SHA-256 of a row: its table and its columns by name, without those that are empty, so that a column which comes
    /// later changes no row of before.
    fn digest(&self, said: &str) -> Result<String> {
        let row: Map<String, Value> = serde_json::from_str(said)?;
        let draft = row.get("state").and_then(Value::as_str) == Some("draft");
        let sorted: BTreeMap<String, Value> = row
            .into_iter()
            .filter(|(name, value)| !value.is_null() && !self.leaves_out(name))
            .filter(|(name, _)| !(draft && left_out::column_of_a_draft(&self.table, name)))
            .collect();
        Ok(sha256_hex(
            serde_json::to_string(&(&self.table, sorted))?.as_bytes(),
        ))
    }

    fn order(&self) -> String {
        let columns: Vec<&str> = self.keys.iter().map(|key| key.column.as_str()).collect();
        columns.join(", ")
    }

    /// A key as SQL: numbers as they are, all else in quotes.
    fn literal(&self, key: &str) -> String {
        let parts: Vec<String> = self
            .keys
            .iter()
            .zip(key.split('/'))
            .map(|(key, part)| match part.parse::<i64>() {
                Ok(number) if key.number => number.to_string(),
                Ok(_) | Err(_) => quoted(part),
            })
            .collect();
        format!("({})", parts.join(", "))
    }

    /// Every row's key and digest, some at a time.
    pub fn each(&self, c: &mut Conn, mut seen: impl FnMut(String, String)) -> Result<()> {
        let order = self.order();
        let mut after: Option<String> = None;
        loop {
            let from = after
                .map(|key| format!("WHERE ({order}) > {}", self.literal(&key)))
                .unwrap_or_default();
            let part = self.load(c, &format!("{from} ORDER BY {order} LIMIT {PART}"))?;
            let Some(last) = part.last() else {
                return Ok(());
            };
            after = Some(last.named.clone());
            for row in part {
                let digest = self.digest(&row.said)?;
                seen(row.named, digest);
            }
        }
    }
}
