//! A database for each test: copied from a template that is made once a build, whichever process asks for it first.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use biaogan::db::{Manager, dialect, migrate, vouched};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{PgConnection, sql_types};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::factory;
use super::templates::Template;

/// A database that is gone when it is dropped, and the folder beside it.
pub struct TestDatabase {
    pub url: String,
    pub folder: PathBuf,
    pub(super) server: Option<Server>,
}

pub(super) struct Server {
    pub base: String,
    pub name: String,
}

const NOTES: &str = "notes.json";
/// Beside a database whose rows a test has edited.
const EDITED: &str = "edited";

static NUMBER: AtomicU32 = AtomicU32::new(0);

pub(super) fn unique() -> String {
    format!(
        "{}_{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::SeqCst)
    )
}

pub(super) fn tmp() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

/// The server that tests run against when it is PostgreSQL's turn.
pub(super) fn server() -> Option<String> {
    std::env::var("BIAOGAN_TEST_DATABASE")
        .ok()
        .filter(|url| !url.is_empty())
}

impl TestDatabase {
    /// Migrated, with the seed company's organizations, people and accounts.
    pub fn with_company() -> Self {
        Self::kept("company", || {
            let made = Self::empty();
            migrate::up(&made.url).unwrap();
            factory::found_company(&made.url, &made.folder.join("heads"));
            made
        })
    }

    /// A copy of what is kept under this name; it is made if nobody has in this build.
    pub fn kept(name: &str, make: impl FnOnce() -> Self) -> Self {
        Template::named(name).copy(make)
    }

    /// The same with what its maker noted about it, such as ids.
    pub fn kept_with<Notes: Serialize + DeserializeOwned>(
        name: &str,
        make: impl FnOnce() -> (Self, Notes),
    ) -> (Self, Notes) {
        let kept = Self::kept(name, || {
            let (made, notes) = make();
            let notes = serde_json::to_vec(&notes).unwrap();
            fs::write(made.folder.join(NOTES), notes).unwrap();
            made
        });
        let notes = fs::read(kept.folder.join(NOTES)).unwrap();
        (kept, serde_json::from_slice(&notes).unwrap())
    }

    /// Another one with the same in it. Nobody may be connected to this one.
    pub fn copied(&self) -> Self {
        let copy = Self::named(&unique());
        copy_beside(&self.folder, &copy.folder);
        match (&self.server, &copy.server) {
            (Some(from), Some(to)) => admin(
                &from.base,
                &format!("CREATE DATABASE {} TEMPLATE {}", to.name, from.name),
            ),
            (None, None) => {
                let mut conn = Manager::new(&self.url).unwrap().establish().unwrap();
                let target = copy.folder.join("biaogan.db");
                dialect::copy_into(&mut conn, &target.to_string_lossy()).unwrap();
            }
            _ => unreachable!("both or neither are on the server"),
        }
        copy
    }

    /// A place and a name for a database that is to be made.
    pub(super) fn named(number: &str) -> Self {
        let folder = tmp().join(format!("test_{number}"));
        fs::create_dir_all(&folder).unwrap();
        match server() {
            None => Self {
                url: format!("sqlite:{}", folder.join("biaogan.db").display()),
                folder,
                server: None,
            },
            Some(base) => {
                let name = format!("biaogan_test_{number}");
                Self {
                    url: with_database(&base, &name),
                    folder,
                    server: Some(Server { base, name }),
                }
            }
        }
    }

    /// Nothing in it, not even tables.
    pub fn empty() -> Self {
        let made = Self::named(&unique());
        if let Some(server) = &made.server {
            admin(&server.base, &format!("CREATE DATABASE {}", server.name));
        }
        made
    }
}

/// Everything but the database itself: files, heads, notes.
pub(super) fn copy_beside(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let target = to.join(&name);
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else if !name.contains(".db") {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[derive(QueryableByName)]
struct Text {
    #[diesel(sql_type = sql_types::Text)]
    text: String,
}

impl TestDatabase {
    /// Every row of every table on a server, as text; a file's bytes are in the folder.
    pub fn rows(&self) -> Vec<u8> {
        let Some(server) = &self.server else {
            return Vec::new();
        };
        let mut conn = PgConnection::establish(&with_database(&server.base, &server.name)).unwrap();
        let tables: Vec<Text> = diesel::sql_query(
            "SELECT table_name::text AS text FROM information_schema.tables WHERE table_schema = 'public'",
        )
        .load(&mut conn)
        .unwrap();
        let mut all = Vec::new();
        for table in tables {
            let query = format!("SELECT t::text AS text FROM \"{}\" t", table.text);
            let rows: Vec<Text> = diesel::sql_query(query).load(&mut conn).unwrap();
            all.extend(rows.into_iter().flat_map(|row| row.text.into_bytes()));
        }
        all
    }

    /// Takes one migration back.
    pub fn take_back(&self, name: &str) {
        let backend = match self.url.starts_with("sqlite:") {
            true => "sqlite",
            false => "postgres",
        };
        if backend == "postgres" {
            self.execute(vouched::UNINSTALL);
        }
        let root = env!("CARGO_MANIFEST_DIR");
        let down = format!("{root}/migrations/{backend}/{name}/down.sql");
        self.execute(&fs::read_to_string(down).unwrap());
        let version = name.split('_').next().unwrap().replace('-', "");
        self.execute(&format!(
            "DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"
        ));
    }

    /// Runs a statement behind the service's back, which the trail then says of its rows.
    pub fn execute(&self, statement: &str) {
        fs::write(self.folder.join(EDITED), "").unwrap();
        let mut conn = Manager::new(&self.url).unwrap().establish().unwrap();
        conn.batch_execute(statement)
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

impl TestDatabase {
    /// Without what the trail says of rows that this test has edited.
    pub fn but_edits(&self, mut findings: Vec<String>) -> Vec<String> {
        if self.folder.join(EDITED).exists() {
            findings.retain(|line| !line.contains("by another door"));
        }
        findings
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            admin(
                &server.base,
                &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", server.name),
            );
        }
        if std::env::var_os("BIAOGAN_KEEP").is_none() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

pub(super) fn admin(base: &str, statement: &str) {
    PgConnection::establish(base)
        .unwrap()
        .batch_execute(statement)
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// The same server, another database.
pub(super) fn with_database(base: &str, name: &str) -> String {
    let (server, _) = base.rsplit_once('/').expect("postgres://USER@HOST:PORT/DB");
    format!("{server}/{name}")
}
