//! Whoever can write the database, but not the trail's past: what they change by another door is named.

use std::collections::BTreeMap;

use biaogan::audit::{self, digest};
use biaogan::clock::Clock;
use biaogan::db::heads::HeadsFile;
use biaogan::db::schema::audit_events;
use biaogan::db::{Conn, Db, Manager};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::json;

use crate::support::moments::Moment;
use crate::support::service::command;
use crate::support::{PASSWORD, SECRET, START, TestApp};

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// By their own door: no trigger of ours, no constraint stands in their way.
struct Keeper {
    conn: Conn,
    random: StdRng,
    columns: BTreeMap<String, Vec<(String, String)>>,
}

/// What the keeper of a database can change without being named: what is no business of anybody's.
const LEFT_ALONE: &[&str] = &[
    "sessions",
    "password_counters",
    "failed_attempts",
    "idempotency_keys",
    "public_version",
    "settings",
    "stored_files",
    "bid_revisions",
    "similar_signings",
    "similar_parts",
    "similar_searches",
];

/// What changes with every try at a password, every word that is typed and every vote, and what is computed from other columns.
const COLUMNS_LEFT_ALONE: &[(&str, &[&str])] = &[
    (
        "bids",
        &[
            "draft",
            "draft_revision",
            "draft_saved_at",
            "version",
            "updated_at",
        ],
    ),
    ("ballot_boxes", &["turn", "votes", "sealed"]),
    ("rounds", &["turn"]),
    ("score_sheets", &["topic_id", "on_paper"]),
    ("assignments", &["topic_id"]),
    ("result_rows", &["shared", "normalized_rank"]),
];

impl Keeper {
    fn of(app: &TestApp, seed: u64) -> Self {
        let url = app.database().url.clone();
        let mut conn = Manager::new(&url).unwrap().establish().unwrap();
        match &mut conn {
            Conn::Sqlite(c) => c
                .batch_execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
                .unwrap(),
            Conn::Postgres(c) => c
                .batch_execute(
                    "DROP TABLE pg_temp.touched_rows; SET session_replication_role = replica",
                )
                .unwrap(),
        }
        let mut keeper = Self {
            conn,
            random: StdRng::seed_from_u64(seed),
            columns: BTreeMap::new(),
        };
        let columns = keeper.words(
            "SELECT m.name || '|' || p.name || '|' || p.type AS word FROM sqlite_master m, pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY m.name, p.cid",
            "SELECT table_name || '|' || column_name || '|' || data_type AS word FROM information_schema.columns \
             WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
        );
        for line in columns {
            let parts: Vec<&str> = line.split('|').collect();
            let [table, column, kind] = parts[..] else {
                panic!("{line}")
            };
            if table.starts_with("__diesel") || LEFT_ALONE.contains(&table) {
                continue;
            }
            let mut left_alone = COLUMNS_LEFT_ALONE.iter();
            if left_alone.any(|(of, columns)| *of == table && columns.contains(&column)) {
                continue;
            }
            let named = (column.to_owned(), kind.to_lowercase());
            keeper
                .columns
                .entry(table.to_owned())
                .or_default()
                .push(named);
        }
        keeper.columns = std::mem::take(&mut keeper.columns)
            .into_iter()
            .filter(|(table, _)| keeper.count(table) > 0)
            .collect();
        keeper
    }

    fn words(&mut self, sqlite: &str, postgres: &str) -> Vec<String> {
        let rows: Vec<Word> = match &mut self.conn {
            Conn::Sqlite(c) => diesel::sql_query(sqlite).load(c).unwrap(),
            Conn::Postgres(c) => diesel::sql_query(postgres).load(c).unwrap(),
        };
        rows.into_iter().map(|row| row.word).collect()
    }

    fn count(&mut self, table: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) AS count FROM {table}");
        let row: Count = match &mut self.conn {
            Conn::Sqlite(c) => diesel::sql_query(sql).get_result(c).unwrap(),
            Conn::Postgres(c) => diesel::sql_query(sql).get_result(c).unwrap(),
        };
        row.count
    }

    /// A row by where it lies.
    fn row(&mut self, table: &str) -> String {
        let count = self.count(table);
        let nth = self.random.random_range(0..count);
        let found = self.words(
            &format!("SELECT 'rowid = ' || rowid AS word FROM {table} ORDER BY rowid LIMIT 1 OFFSET {nth}"),
            &format!("SELECT 'ctid = ''' || ctid || '''' AS word FROM {table} ORDER BY ctid LIMIT 1 OFFSET {nth}"),
        );
        found.into_iter().next().unwrap()
    }

    /// One edit of one row, in words; None if the database did not take it or nothing is changed by it.
    fn edit(&mut self) -> Option<String> {
        let tables: Vec<String> = self.columns.keys().cloned().collect();
        let table = tables.choose(&mut self.random).unwrap().clone();
        let row = self.row(&table);
        let columns = self.columns[&table].clone();
        let (column, kind) = columns.choose(&mut self.random).unwrap().clone();
        let sql = match self.random.random_range(0..10) {
            0 => format!("DELETE FROM {table} WHERE {row}"),
            1 if columns[0].0 == "id" => {
                let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
                let values = names[1..].join(", ");
                format!(
                    "INSERT INTO {table} ({}) SELECT id + 7, {values} FROM {table} WHERE {row}",
                    names.join(", ")
                )
            }
            2 => format!("UPDATE {table} SET {column} = NULL WHERE {row} AND {column} IS NOT NULL"),
            _ => {
                let other = match kind.as_str() {
                    "bigint" | "integer" => format!("COALESCE({column}, 0) + 1"),
                    "text" => format!("COALESCE({column}, '') || '1'"),
                    "boolean" => format!("NOT COALESCE({column}, FALSE)"),
                    "bytea" => format!("COALESCE({column}, ''::bytea) || '\\x01'::bytea"),
                    "blob" => format!("CAST(COALESCE({column}, '') || '1' AS BLOB)"),
                    _ => "'2031-01-02 03:04:05'".to_owned(),
                };
                format!("UPDATE {table} SET {column} = {other} WHERE {row}")
            }
        };
        let changed = match &mut self.conn {
            Conn::Sqlite(c) => diesel::sql_query(&sql).execute(c),
            Conn::Postgres(c) => diesel::sql_query(&sql).execute(c),
        };
        (changed == Ok(1)).then_some(sql)
    }
}

/// `BIAOGAN_EDITS` says how many.
#[test]
fn every_edit_by_another_door_is_named() {
    let wanted: usize = std::env::var("BIAOGAN_EDITS").map_or(150, |many| many.parse().unwrap());
    let (app, _) = Moment::Shown.start();
    app.unchecked();
    let sound = biaogan::check::run(&app.app.db, &app.app.files).unwrap();
    assert_eq!(sound, Vec::<String>::new());
    let mut keeper = Keeper::of(&app, 20_261_128);
    assert!(keeper.columns.len() > 40, "{:?}", keeper.columns.keys());
    let (mut done, mut unnamed) = (0, Vec::new());
    while done < wanted {
        keeper.conn.batch_execute("BEGIN").unwrap();
        if let Some(edit) = keeper.edit() {
            done += 1;
            let written = app.app.db.heads().read().unwrap();
            let found =
                audit::verify::verify_against(&mut keeper.conn, &written, app.app.db.trail_key())
                    .map(|report| report.findings);
            // What cannot even be read is named, too.
            if found.is_ok_and(|found| found.is_empty()) {
                unnamed.push(edit);
            }
        }
        keeper.conn.batch_execute("ROLLBACK").unwrap();
    }
    assert_eq!(unnamed, Vec::<String>::new(), "of {done}");
}

fn findings(app: &TestApp) -> Vec<String> {
    audit::verify::verify(&app.app.db).unwrap().findings
}

/// What reads as the same is another row all the same.
#[test]
fn a_stray_letter_in_the_hash_tree_is_named() {
    let app = TestApp::start();
    app.unchecked();
    app.round().published();
    assert_eq!(findings(&app), Vec::<String>::new());
    app.database()
        .execute("UPDATE audit_chains SET peaks = peaks || '1' WHERE peaks <> ''");
    let found = findings(&app);
    assert!(
        found
            .iter()
            .any(|one| one.contains("the tree is not that of its events")),
        "{found:?}"
    );
}

/// The keeper edits a row just before somebody's own command writes it: what that command leaves does not cover it up. A row
/// that is written anew, or removed, was another before, too.
#[test]
fn an_edit_that_a_command_then_writes_over_is_named() {
    let app = TestApp::start();
    app.unchecked();
    let round = app.round().published();
    assert_eq!(findings(&app), Vec::<String>::new());
    app.database().execute(&format!(
        "UPDATE rounds SET guide = '另写的指南' WHERE id = {}",
        round.id
    ));
    let office = app.api("office");
    let later = json!({ "deadline": "2026-03-25T09:00:00Z", "opening_at": "2026-03-26T01:00:00Z", "reason": "系统停电" });
    office.post(&round.path("/extend"), later).expect(200);
    let found = findings(&app);
    let edit = format!(
        "rounds {}: was changed by another door before event ",
        round.id
    );
    assert!(found.len() == 1 && found[0].starts_with(&edit), "{found:?}");
    // A session's own table says nothing; a role that was slipped in and then taken back by a command does.
    let user = app.user_id("reviewer1");
    app.database().execute(&format!(
        "INSERT INTO user_roles SELECT 77, {user}, role, organization_id, granted_at, NULL FROM user_roles \
         WHERE user_id = {} AND role = 'office'",
        app.user_id("office")
    ));
    app.api("secadmin")
        .post(&format!("/api/v1/users/{user}/roles/77/revoke"), json!({}))
        .done();
    let found = findings(&app);
    assert!(
        found.len() == 2 && found.iter().any(|one| one.starts_with("user_roles 77: ")),
        "{found:?}"
    );
    // Whoever knows why says so; what comes later is named again.
    audit::acknowledge::acknowledge(&app.app.db, "按工单修复。").unwrap();
    assert_eq!(findings(&app), Vec::<String>::new());
}

/// The keeper knows how the trail is made, and makes an event of their own that fits, with all its digests; but not the
/// server's secret.
#[test]
fn an_event_by_another_hand_is_named() {
    let app = TestApp::start();
    app.unchecked();
    app.actor("office");
    assert_eq!(findings(&app), Vec::<String>::new());
    let mut c = app.app.db.connection().unwrap();
    let system = audit::store::SYSTEM_CHAIN;
    let last: audit::EventRow = audit_events::table
        .filter(audit_events::chain_id.eq(system))
        .order(audit_events::seq.desc())
        .select(audit::EventRow::as_select())
        .first(&mut *c)
        .unwrap();
    let mut forged = audit::EventRow {
        id: biaogan::ids::AuditEventId(last.id.0 + 1),
        seq: last.seq + 1,
        verb: "role.grant".to_owned(),
        detail: "{\"role\":\"office\"}".to_owned(),
        previous_digest: last.digest.clone(),
        left_digest: Some(digest::of_rows(last.salt.as_deref().unwrap(), &[])),
        ..last.clone()
    };
    forged.digest = digest::of(&forged, None);
    for seal in [None, forged.seal.clone(), Some("00".repeat(32))] {
        forged.seal = seal;
        audit::store::insert_event(&mut c, &forged).unwrap();
        audit::store::take_place(&mut c, system).unwrap();
        audit::store::set_head(&mut c, system, &forged.digest, "").unwrap();
        let found = findings(&app);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].contains("was not written by this service"),
            "{found:?}"
        );
        app.database().execute(&format!(
            "DELETE FROM audit_events WHERE id = {}; UPDATE audit_chains SET count = {}, head = '{}' WHERE id = 0",
            forged.id, last.seq, last.digest
        ));
    }
    assert_eq!(findings(&app), Vec::<String>::new());
    // Without any seal at all it is no better.
    app.database()
        .execute("UPDATE audit_events SET seal = NULL");
    assert_eq!(
        findings(&app),
        ["no event is sealed; start the service once with its secret"]
    );
}

#[test]
fn a_heads_file_that_is_gone_emptied_or_cut_is_named() {
    let app = TestApp::start();
    app.unchecked();
    app.actor("office");
    let path = app.app.db.heads().path().to_owned();
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, "").unwrap();
    assert!(findings(&app)[0].contains("is not there or is empty"));
    std::fs::remove_file(&path).unwrap();
    assert!(findings(&app)[0].contains("is not there or is empty"));
    // What was under way is kept; nothing more is written after it.
    let login = || {
        let by = json!({"username": "supervisor", "password": PASSWORD});
        app.client().post("/api/v1/session", by)
    };
    login().expect(201);
    login().expect(503);
    std::fs::write(&path, &whole).unwrap();
    login().expect(201);
    assert_eq!(findings(&app), Vec::<String>::new());
}

/// A node without a heads file begins one, and the trail says so.
#[test]
fn a_new_heads_file_is_told_by_an_event() {
    let app = TestApp::start();
    app.actor("office");
    let database = app.into_database();
    std::fs::remove_file(database.folder.join("heads")).unwrap();
    let app = TestApp::start_on(database, START, |_| {});
    let told = app.actor("auditadmin").reads("/audit?limit=50");
    assert!(
        told.items()
            .iter()
            .any(|event| event["verb"] == "audit.heads"),
        "{}",
        told.text
    );
}

/// Who has not the secret may look, but writes no event.
#[test]
fn without_the_secret_nothing_is_recorded() {
    let app = TestApp::start();
    let database = app.into_database();
    let heads = HeadsFile::new(database.folder.join("heads"));
    let db = Db::open(&database.url, Clock::real(), heads, audit::trail(&[])).unwrap();
    let refused = audit::acknowledge::begin_file(&db);
    assert!(refused.is_ok());
    let event = audit::Event::new(
        audit::Verb::SettingChanged,
        audit::Chain::System,
        "setting",
        0,
    );
    let refused =
        db.write_now(move |tx| audit::record(tx, &biaogan::who::Actor::System, event.clone()));
    assert!(format!("{:?}", refused.unwrap_err()).contains("secret_needed"));
    let heads = HeadsFile::new(database.folder.join("heads"));
    let db = Db::open(&database.url, Clock::real(), heads, audit::trail(SECRET)).unwrap();
    assert_eq!(
        audit::verify::verify(&db).unwrap().findings,
        Vec::<String>::new()
    );
}

/// A supervisor signs what the portal shows, on a device of their own. Who replaces the past with another that fits in
/// itself is told of by it.
#[test]
fn a_checkpoint_holds_the_past() {
    let app = TestApp::start();
    app.unchecked();
    app.actor("office");
    let folder = app.database().folder.clone();
    let run = |args: &[&str]| {
        let done = command(&folder, &app.database().url)
            .args(args)
            .output()
            .unwrap();
        let said = String::from_utf8(done.stdout).unwrap();
        (
            done.status.code(),
            said,
            String::from_utf8(done.stderr).unwrap(),
        )
    };
    let shown = app
        .client()
        .get("/api/v1/public/audit/head")
        .expect(200)
        .text;
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    std::fs::write(folder.join("shown.json"), shown).unwrap();
    let (code, signed, said) = run(&[
        "audit",
        "cosign",
        "--key",
        &at("own-key"),
        &at("shown.json"),
    ]);
    assert_eq!(code, Some(0), "{said}");
    std::fs::write(folder.join("signed.json"), &signed).unwrap();
    app.actor("supervisor");
    let verify = ["audit", "verify", "--checkpoint", &at("signed.json")];
    let (code, told, _) = run(&verify);
    assert_eq!(code, Some(0), "{told}");
    // What the checkpoint says is changed.
    std::fs::write(
        folder.join("forged.json"),
        signed.replacen("\"count\": ", "\"count\": 1", 1),
    )
    .unwrap();
    let (code, told, _) = run(&["audit", "verify", "--checkpoint", &at("forged.json")]);
    assert_eq!(code, Some(1));
    assert!(told.contains("its signature does not fit"), "{told}");
    // Another past.
    app.database()
        .execute("UPDATE audit_events SET digest = REPLACE(digest, 'a', 'b')");
    let (code, told, _) = run(&verify);
    assert_eq!(code, Some(1));
    assert!(told.contains("is not the one that"), "{told}");
    let noted = run(&["audit", "verify", "--head", &"0a".repeat(32)]);
    assert!(
        noted.1.contains("no event has the noted head"),
        "{}",
        noted.1
    );
}
