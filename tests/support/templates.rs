//! Databases kept under a name for as long as the build stays the same; every test gets a copy.

use std::collections::HashSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use biaogan::db::{Manager, dialect};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{PgConnection, sql_types};

use super::database::{
    Server, TestDatabase, admin, copy_beside, server, tmp, unique, with_database,
};

/// Names the build: a template is made anew when anything in the binary (migrations, seed, actions) has changed.
fn build() -> String {
    let exe = std::env::current_exe().unwrap();
    let meta = fs::metadata(&exe).unwrap();
    let changed = meta
        .modified()
        .unwrap()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    format!("{:x}_{:x}", changed.as_millis(), meta.len())
}

/// Short enough for the name of a database, whatever is kept.
fn short(name: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish() as u32
}

pub struct Template {
    folder: PathBuf,
    /// A database on the server; none if it is a file in the folder.
    on_server: Option<Server>,
    key: u32,
}

impl Template {
    pub fn named(name: &str) -> Self {
        let key = short(name);
        let place = match server() {
            None => format!("template_{}_{key:x}", build()),
            Some(base) => format!("template_pg_{}_{}_{key:x}", port(&base), build()),
        };
        Self {
            folder: tmp().join(place),
            on_server: server().map(|base| Server {
                base,
                name: format!("biaogan_template_{}_{key:x}", build()),
            }),
            key,
        }
    }

    pub fn copy(&self, make: impl FnOnce() -> TestDatabase) -> TestDatabase {
        match &self.on_server {
            None if self.folder.exists() => {}
            None => self.keep_file(&make()),
            Some(server) => self.keep_on(server, make),
        }
        let made = TestDatabase::named(&unique());
        copy_beside(&self.folder, &made.folder);
        match (&self.on_server, &made.server) {
            (Some(from), Some(to)) => admin(
                &to.base,
                &format!("CREATE DATABASE {} TEMPLATE {}", to.name, from.name),
            ),
            _ => {
                let file = made.folder.join("biaogan.db");
                fs::copy(self.folder.join("template.db"), file).unwrap();
            }
        }
        made
    }

    /// Made under another name and renamed: whoever is first wins, the others use it.
    fn keep_file(&self, made: &TestDatabase) {
        let building = tmp().join(format!("building_{}", unique()));
        fs::create_dir_all(&building).unwrap();
        copy_beside(&made.folder, &building);
        // A pool may still hold it open: a copy in one piece, whatever lies in the log.
        let mut conn = Manager::new(&made.url).unwrap().establish().unwrap();
        dialect::copy_into(&mut conn, &building.join("template.db").to_string_lossy()).unwrap();
        drop(conn);
        if fs::rename(&building, &self.folder).is_err() {
            let _ = fs::remove_dir_all(&building);
        }
        remove_older();
    }

    /// One process makes it, under an advisory lock of its name; the lock ends with the connection.
    fn keep_on(&self, server: &Server, make: impl FnOnce() -> TestDatabase) {
        static MADE: Mutex<Option<HashSet<u32>>> = Mutex::new(None);
        let known = |key| MADE.lock().unwrap().get_or_insert_default().contains(&key);
        if known(self.key) {
            return;
        }
        let mut conn = PgConnection::establish(&server.base).unwrap();
        // Two keys, so that a template may be made from another one.
        conn.batch_execute(&format!(
            "SELECT pg_advisory_lock(81523, {})",
            self.key as i32
        ))
        .unwrap();
        if !(self.folder.exists() && exists(&mut conn, &server.name)) {
            let made = make();
            fs::create_dir_all(&self.folder).unwrap();
            copy_beside(&made.folder, &self.folder);
            drop_database(&mut conn, &server.name);
            rename(&mut conn, &made.server.as_ref().unwrap().name, &server.name);
        }
        MADE.lock()
            .unwrap()
            .get_or_insert_default()
            .insert(self.key);
    }
}

/// What earlier builds left behind.
fn remove_older() {
    let ours = format!("template_{}_", build());
    for entry in fs::read_dir(tmp()).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let old = name.starts_with("template_")
            && !name.starts_with("template_pg")
            && !name.starts_with(&ours);
        if old {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn port(base: &str) -> String {
    base.rsplit(':')
        .next()
        .unwrap_or_default()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::BigInt)]
    n: i64,
}

fn exists(conn: &mut PgConnection, database: &str) -> bool {
    diesel::sql_query(format!(
        "SELECT count(*) AS n FROM pg_database WHERE datname = '{database}'"
    ))
    .get_result::<Count>(conn)
    .unwrap()
    .n == 1
}

fn drop_database(conn: &mut PgConnection, database: &str) {
    conn.batch_execute(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
        .unwrap();
}

/// Its connections may take a moment to go.
fn rename(conn: &mut PgConnection, from: &str, to: &str) {
    for attempt in 0.. {
        conn.batch_execute(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{from}'"
        ))
        .unwrap();
        match conn.batch_execute(&format!("ALTER DATABASE {from} RENAME TO {to}")) {
            Ok(()) => break,
            Err(error) if attempt == 50 => panic!("{error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(100)),
        }
    }
}
