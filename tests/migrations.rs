//! The schema: up, down and up again is the same; both databases and `schema.rs` say the same.

use std::collections::BTreeMap;
use std::fs;

use biaogan::audit;
use biaogan::clock::Clock;
use biaogan::db::heads::HeadsFile;
use biaogan::db::{Conn, Db, Manager, migrate};
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::support::moments::Moment;
use crate::support::{SECRET, TestDatabase, instant};

fn folders(backend: &str) -> Vec<String> {
    let root = format!("{}/migrations/{backend}", env!("CARGO_MANIFEST_DIR"));
    let mut names: Vec<String> = fs::read_dir(root)
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn script(backend: &str, name: &str, which: &str) -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    fs::read_to_string(format!("{root}/migrations/{backend}/{name}/{which}.sql")).unwrap()
}

/// SQLite cannot alter a constraint, PostgreSQL cannot drop a table that others refer to, and each reads JSON in its own
/// way: these differ.
const DIFFERENT: &[&str] = &[
    "2026-11-21-000090_widen_bids",
    "2026-11-27-000110_widen_acceptances",
    "2026-11-27-000500_keep_former_names",
    "2026-11-28-005200_add_kinds",
];

#[test]
fn both_databases_have_the_same_migrations() {
    let names = folders("sqlite");
    assert_eq!(names, folders("postgres"));
    // Of two with one number the second is taken for done.
    let mut numbers: Vec<&str> = names
        .iter()
        .filter_map(|name| name.split('_').next())
        .collect();
    numbers.dedup();
    assert_eq!(numbers.len(), names.len(), "two migrations of one number");
    for name in names {
        if DIFFERENT.contains(&name.as_str()) {
            continue;
        }
        let same = |text: String| {
            text.replace("INTEGER PRIMARY KEY", "BIGINT PRIMARY KEY")
                .replace("BLOB", "BYTEA")
                .replace(" COLLATE \"C\"", "")
        };
        for which in ["up", "down"] {
            assert_eq!(
                same(script("sqlite", &name, which)),
                same(script("postgres", &name, which)),
                "{name}/{which}.sql differs beyond the names of types"
            );
        }
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(conn: &mut Conn, sqlite: &str, postgres: &str) -> Vec<String> {
    let rows: Vec<Line> = match conn {
        Conn::Sqlite(c) => diesel::sql_query(sqlite).load(c).unwrap(),
        Conn::Postgres(c) => diesel::sql_query(postgres).load(c).unwrap(),
    };
    rows.into_iter().map(|row| row.line).collect()
}

/// Everything the database knows about our tables, a line each.
fn dump(url: &str) -> Vec<String> {
    let mut conn = Manager::new(url).unwrap().establish().unwrap();
    lines(
        &mut conn,
        "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') AS line FROM sqlite_master \
         WHERE tbl_name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' ORDER BY 1",
        "SELECT line FROM (
           SELECT 'column ' || table_name || ' ' || ordinal_position || ' ' || column_name || ' ' || data_type || ' ' ||
                  is_nullable || ' ' || COALESCE(collation_name, '') || ' ' || COALESCE(column_default, '') AS line
             FROM information_schema.columns WHERE table_schema = 'public'
           UNION ALL SELECT 'index ' || tablename || ' ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
           UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
             FROM pg_constraint WHERE connamespace = 'public'::regnamespace
         ) AS everything WHERE line NOT LIKE '%\\_\\_diesel%' ORDER BY 1",
    )
}

#[test]
fn up_down_and_up_again_is_the_same() {
    let database = TestDatabase::empty();
    migrate::up(&database.url).unwrap();
    let first = dump(&database.url);
    assert!(first.len() > 60, "{first:#?}");
    assert!(migrate::pending(&database.url).unwrap().is_empty());
    migrate::down_all(&database.url).unwrap();
    assert_eq!(dump(&database.url), Vec::<String>::new());
    assert!(!migrate::pending(&database.url).unwrap().is_empty());
    migrate::up(&database.url).unwrap();
    assert_eq!(dump(&database.url), first);
}

/// `table.column` to its class and whether it may be NULL.
type Columns = BTreeMap<String, String>;

fn class(kind: &str) -> &'static str {
    match kind.to_ascii_lowercase().as_str() {
        "bigint" | "integer" => "BigInt",
        "text" => "Text",
        "boolean" => "Bool",
        "timestamp" | "timestamp without time zone" => "Timestamp",
        "date" => "Date",
        "blob" | "bytea" => "Binary",
        other => panic!("a column type nobody expected: {other}"),
    }
}

fn columns_of_database(url: &str) -> Columns {
    let mut conn = Manager::new(url).unwrap().establish().unwrap();
    lines(
        &mut conn,
        "SELECT m.name || '|' || p.name || '|' || p.type || '|' || p.\"notnull\" AS line \
         FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'",
        "SELECT table_name || '|' || column_name || '|' || data_type || '|' || \
         CASE is_nullable WHEN 'NO' THEN '1' ELSE '0' END AS line \
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'",
    )
    .iter()
    .map(|line| {
        let parts: Vec<&str> = line.split('|').collect();
        let class = class(parts[2]);
        let kind = if parts[3] == "1" {
            class.to_owned()
        } else {
            format!("Nullable<{class}>")
        };
        (format!("{}.{}", parts[0], parts[1]), kind)
    })
    .collect()
}

fn columns_of_schema() -> Columns {
    let folder = format!("{}/src/db/schema", env!("CARGO_MANIFEST_DIR"));
    let files = fs::read_dir(folder).unwrap().flatten();
    let text: String = files
        .map(|file| fs::read_to_string(file.path()).unwrap())
        .collect();
    let mut columns = Columns::new();
    let mut table = String::new();
    let declared = text.lines().map(str::trim);
    for line in declared.filter(|line| !line.starts_with("diesel::")) {
        if let Some((name, _)) = line.split_once(" (") {
            table = name.to_owned();
        }
        if let Some((name, kind)) = line.split_once(" -> ") {
            columns.insert(
                format!("{table}.{name}"),
                kind.trim_end_matches(',').to_owned(),
            );
        }
    }
    columns
}

#[test]
fn schema_rs_is_what_the_database_has() {
    let database = TestDatabase::empty();
    migrate::up(&database.url).unwrap();
    let theirs = columns_of_database(&database.url);
    let ours = columns_of_schema();
    assert!(ours.len() > 200);
    for (column, kind) in &ours {
        assert_eq!(
            theirs.get(column),
            Some(kind),
            "{column} of schema.rs against the database"
        );
    }
    for column in theirs.keys() {
        assert!(ours.contains_key(column), "{column} is not in schema.rs");
    }
}

/// A company in the middle of its publicity, whose schema is one migration behind.
fn one_behind() -> TestDatabase {
    let (database, _) = Moment::Publicized.copy();
    let backend = match database.url.starts_with("sqlite:") {
        true => "sqlite",
        false => "postgres",
    };
    let newest = folders(backend).pop().unwrap();
    database.take_back(&newest);
    assert_eq!(migrate::pending(&database.url).unwrap(), [newest]);
    // This one changes rows, too.
    database.execute(match backend {
        "sqlite" => {
            "CREATE TRIGGER changing AFTER INSERT ON __diesel_schema_migrations BEGIN UPDATE rounds SET guide = 'x'; END"
        }
        _ => {
            "CREATE FUNCTION changing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE rounds SET guide = 'x'; \
             RETURN NULL; END $$; \
             CREATE TRIGGER changing AFTER INSERT ON __diesel_schema_migrations EXECUTE FUNCTION changing()"
        }
    });
    database
}

fn heads(database: &TestDatabase) -> HeadsFile {
    HeadsFile::new(database.folder.join("heads"))
}

fn clock() -> Clock {
    Clock::fixed(instant("2026-05-01T09:00+08:00"))
}

fn opened(database: &TestDatabase) -> Db {
    Db::open(
        &database.url,
        clock(),
        heads(database),
        audit::trail(SECRET),
    )
    .unwrap()
}

fn findings(db: &Db) -> Vec<String> {
    audit::verify::verify(db).unwrap().findings
}

fn bring_up(database: &TestDatabase, secret: &[u8]) -> anyhow::Result<Vec<String>> {
    audit::bring_up(&database.url, heads(database), secret, |_| Ok(clock()))
}

#[test]
fn what_a_migration_changes_is_vouched_for_again() {
    let database = one_behind();
    assert!(bring_up(&database, b"").is_err());
    assert_eq!(migrate::pending(&database.url).unwrap().len(), 1);
    assert_eq!(bring_up(&database, SECRET).unwrap().len(), 1);
    let mut c = Manager::new(&database.url).unwrap().establish().unwrap();
    let changed = "SELECT DISTINCT guide AS line FROM rounds";
    assert_eq!(lines(&mut c, changed, changed), ["x"]);
    assert_eq!(findings(&opened(&database)), Vec::<String>::new());
}

#[test]
fn a_migration_covers_no_edit_by_another_door() {
    let database = one_behind();
    database.execute("UPDATE rounds SET title = 'another' WHERE id = (SELECT MIN(id) FROM rounds)");
    bring_up(&database, SECRET).unwrap();
    let found = findings(&opened(&database));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("rounds "), "{found:?}");
    // Repaired by hand, for a reason that stands in the trail.
    let db = opened(&database);
    assert_eq!(
        audit::acknowledge::acknowledge(&db, "经批准修正标题").unwrap(),
        found
    );
    assert_eq!(findings(&db), Vec::<String>::new());
    assert!(audit::acknowledge::acknowledge(&db, "再来一次").is_err());
}
