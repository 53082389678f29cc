//! Many of what there is one of, made behind the service's back by SQL: what hangs on a row is found by the ids it bears,
//! so that a table of a room to come is copied without being named here.

use std::collections::BTreeMap;

use biaogan::db::{Conn, Manager};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::support::TestDatabase;

/// How far a copy's ids lie from those of the one before; each time another distance, so that no two copies meet.
const STEP: i64 = 1_000_000_007;
const FURTHER: i64 = 300_000_019;

/// Never copied with what hangs on something: who is logged in, and the heads of chains.
const LEFT: &[&str] = &["sessions", "idempotency_keys", "audit_chains"];

#[derive(QueryableByName, Debug)]
struct Told {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    more: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS of, p.name AS name, p.type AS more FROM sqlite_schema m, \
    pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, p.cid";
const SQLITE_UNIQUE: &str = "SELECT m.name AS of, i.name AS name, x.name AS more FROM sqlite_schema m, \
    pragma_index_list(m.name) i, pragma_index_info(i.name) x WHERE m.type = 'table' AND i.\"unique\" = 1 \
    AND x.name IS NOT NULL";
const POSTGRES_COLUMNS: &str = "SELECT table_name::text AS of, column_name::text AS name, upper(data_type)::text AS more \
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position";
const POSTGRES_UNIQUE: &str = "SELECT t.relname::text AS of, i.relname::text AS name, a.attname::text AS more \
    FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
    JOIN pg_namespace n ON n.oid = t.relnamespace \
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(x.indkey) \
    WHERE x.indisunique AND n.nspname = 'public'";

struct Table {
    name: String,
    /// Name and type.
    columns: Vec<(String, String)>,
    unique: Vec<Vec<String>>,
}

impl Table {
    fn numbers(&self) -> impl Iterator<Item = &str> {
        let columns = self.columns.iter();
        columns
            .filter(|(_, kind)| kind == "BIGINT" || kind == "INTEGER")
            .map(|(name, _)| name.as_str())
    }

    fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|(name, _)| name == column)
    }

    fn is_text(&self, column: &str) -> bool {
        let text = ("TEXT".to_owned(), column);
        self.columns
            .iter()
            .any(|(name, kind)| (kind, name.as_str()) == (&text.0, text.1))
    }

    /// Rows that bear an id of what is copied.
    fn borne(&self, of: &str) -> String {
        let bears = |name| format!("{of}.{name} IN (SELECT id FROM moved)");
        self.numbers().map(bears).collect::<Vec<_>>().join(" OR ")
    }
}

/// A database that nobody serves meanwhile.
pub struct Copier {
    conn: Conn,
    tables: Vec<Table>,
    step: i64,
    /// Copies made so far.
    made: i64,
}

impl Copier {
    pub fn of(database: &TestDatabase) -> Self {
        let mut conn = Manager::new(&database.url).unwrap().establish().unwrap();
        let (columns, unique) = match &mut conn {
            Conn::Sqlite(c) => {
                c.batch_execute(
                    "PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; \
                     PRAGMA temp_store=MEMORY;",
                )
                .unwrap();
                let load = |c: &mut SqliteConnection, text| {
                    diesel::sql_query(text).load::<Told>(c).unwrap()
                };
                (load(c, SQLITE_COLUMNS), load(c, SQLITE_UNIQUE))
            }
            Conn::Postgres(c) => {
                c.batch_execute("SET session_replication_role = replica")
                    .unwrap();
                let load =
                    |c: &mut PgConnection, text| diesel::sql_query(text).load::<Told>(c).unwrap();
                (load(c, POSTGRES_COLUMNS), load(c, POSTGRES_UNIQUE))
            }
        };
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        for told in columns {
            let table = tables.entry(told.of.clone()).or_insert_with(|| Table {
                name: told.of,
                columns: Vec::new(),
                unique: Vec::new(),
            });
            table.columns.push((told.name, told.more.to_uppercase()));
        }
        let mut keys: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
        for told in unique {
            keys.entry((told.of, told.name))
                .or_default()
                .push(told.more);
        }
        for ((of, _), columns) in keys {
            tables.get_mut(&of).unwrap().unique.push(columns);
        }
        let tables = tables.into_values().collect();
        Self {
            conn,
            tables,
            step: STEP,
            made: 0,
        }
    }

    fn execute(&mut self, statement: &str) {
        self.conn
            .batch_execute(statement)
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }

    pub fn number(&mut self, query: &str) -> i64 {
        let query_of = || diesel::sql_query(query);
        let found: QueryResult<Number> = match &mut self.conn {
            Conn::Sqlite(c) => query_of().get_result(c),
            Conn::Postgres(c) => query_of().get_result(c),
        };
        found.unwrap_or_else(|error| panic!("{query}: {error}")).n
    }

    /// So many copies, older ones and newer ones, of these rows and of whatever in these tables, or anywhere, hangs on
    /// them. Answers how far the nearest older one's ids lie below.
    pub fn copy(&mut self, roots: &[i64], of: Option<&[&str]>, copies: i64) -> i64 {
        self.step += FURTHER;
        let (step, made) = (self.step, self.made);
        if copies == 0 || roots.is_empty() {
            return step;
        }
        let tables = std::mem::take(&mut self.tables);
        let there: Vec<&Table> = tables
            .iter()
            .filter(|table| !LEFT.contains(&table.name.as_str()))
            .filter(|table| of.is_none_or(|of| of.contains(&table.name.as_str())))
            .filter(|table| table.numbers().next().is_some())
            .collect();
        self.execute(
            "BEGIN; CREATE TEMP TABLE moved (id BIGINT PRIMARY KEY); \
             CREATE TEMP TABLE copies (k BIGINT PRIMARY KEY, shift BIGINT NOT NULL)",
        );
        for root in roots {
            self.execute(&format!("INSERT INTO moved VALUES ({root})"));
        }
        self.execute(&format!(
            "INSERT INTO copies WITH RECURSIVE n(k) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT k + 1 FROM n WHERE k < {copies}) \
             SELECT k + {made}, (CASE WHEN k % 2 = 0 THEN k ELSE -k END) * {step} FROM n"
        ));
        let mut known = 0;
        loop {
            for table in there.iter().filter(|table| table.has("id")) {
                let (name, borne) = (&table.name, table.borne("t"));
                self.execute(&format!(
                    "INSERT INTO moved SELECT t.id FROM {name} t WHERE ({borne}) AND t.id NOT IN (SELECT id FROM moved)"
                ));
            }
            let now = self.number("SELECT COUNT(*) AS n FROM moved");
            if now == known {
                break;
            }
            known = now;
        }
        for table in there {
            self.copy_rows(table);
        }
        self.execute("DROP TABLE moved; DROP TABLE copies; COMMIT");
        self.tables = tables;
        self.made += copies;
        step
    }

    fn copy_rows(&mut self, table: &Table) {
        let (name, borne) = (&table.name, table.borne("t"));
        self.execute(&format!(
            "CREATE TEMP TABLE originals AS SELECT t.* FROM {name} t WHERE {borne}"
        ));
        if self.number("SELECT COUNT(*) AS n FROM originals") > 0 {
            let moved: Vec<&str> = table
                .numbers()
                .filter(|column| {
                    self.number(&format!(
                        "SELECT COUNT(*) AS n FROM originals WHERE {column} IN (SELECT id FROM moved)"
                    )) > 0
                })
                .collect();
            let apart = Self::kept_apart(table, &moved);
            let value = |(column, _): &(String, String)| {
                let column = column.as_str();
                if column == "path" && table.has("committee_id") {
                    return "replace(o.path, '/' || o.id || '/', '/' || (o.id + c.shift) || '/')"
                        .to_owned();
                }
                if moved.contains(&column) {
                    return format!(
                        "CASE WHEN o.{column} IN (SELECT id FROM moved) THEN o.{column} + c.shift ELSE o.{column} END"
                    );
                }
                match (apart.contains(&column), table.is_text(column)) {
                    (false, _) => format!("o.{column}"),
                    (true, true) => format!("o.{column} || '-' || c.k"),
                    (true, false) => format!("o.{column} + c.k * 1000000"),
                }
            };
            let values: Vec<String> = table.columns.iter().map(value).collect();
            let columns: Vec<&str> = table
                .columns
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            self.execute(&format!(
                "INSERT INTO {name} ({}) SELECT {} FROM originals o CROSS JOIN copies c",
                columns.join(", "),
                values.join(", ")
            ));
        }
        self.execute("DROP TABLE originals");
    }

    /// Columns whose copies must say something else, because no id keeps them apart where only one may say it.
    fn kept_apart<'a>(table: &'a Table, moved: &[&str]) -> Vec<&'a str> {
        let same = |key: &&Vec<String>| !key.iter().any(|column| moved.contains(&column.as_str()));
        let chosen = |key: &'a Vec<String>| {
            let text = key.iter().find(|column| table.is_text(column));
            let number = key
                .iter()
                .rev()
                .find(|column| table.numbers().any(|name| name == column.as_str()));
            text.or(number).map(String::as_str)
        };
        table
            .unique
            .iter()
            .filter(same)
            .filter_map(chosen)
            .collect()
    }

    /// Copies of bids are others' bids: of the copies of this organization, one after the other. Only they could open a
    /// copied draft, and nobody logs in for them.
    pub fn give_away(&mut self, bids: &[i64], organization: i64) {
        let kept: Vec<String> = bids.iter().map(i64::to_string).collect();
        let kept = kept.join(", ");
        self.execute(&format!(
            "CREATE TEMP TABLE others (n BIGINT PRIMARY KEY, id BIGINT NOT NULL); \
             INSERT INTO others SELECT ROW_NUMBER() OVER (ORDER BY o.id) - 1, o.id FROM organizations o \
             WHERE o.short_name = (SELECT short_name FROM organizations WHERE id = {organization}) AND o.id <> {organization}; \
             UPDATE bids SET organization_id = (SELECT o.id FROM others o \
             WHERE o.n = bids.id % (SELECT COUNT(*) FROM others)) WHERE id NOT IN ({kept}); \
             DROP TABLE others"
        ));
    }

    /// Every round says how many bids it has; the planner knows how many rows there are.
    pub fn finish(mut self) {
        self.execute(
            "UPDATE rounds SET bid_count = (SELECT COUNT(*) FROM bids WHERE bids.round_id = rounds.id \
             AND bids.submitted_at IS NOT NULL)",
        );
        self.execute("ANALYZE");
    }
}
