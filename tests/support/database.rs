//! A database for each test: copied from a template that is migrated and peopled once a build.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use biaogan::db::{Manager, dialect, migrate};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::{PgConnection, sql_types};

use super::factory;

/// A database that is gone when it is dropped, and the folder beside it.
pub struct TestDatabase {
    pub url: String,
    pub folder: PathBuf,
    server: Option<Server>,
}

struct Server {
    base: String,
    name: String,
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

fn unique() -> String {
    format!(
        "{}_{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::SeqCst)
    )
}

fn tmp() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

/// The server that tests run against when it is PostgreSQL's turn.
fn server() -> Option<String> {
    std::env::var("BIAOGAN_TEST_DATABASE")
        .ok()
        .filter(|url| !url.is_empty())
}

/// Names the build: the template is made anew when anything in the binary (migrations, seed, actions) has changed.
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

impl TestDatabase {
    /// Migrated, with the seed company's organizations, people and accounts.
    pub fn with_company() -> Self {
        let template = template_folder();
        let made = Self::named(&unique());
        fs::copy(template.join("heads"), made.folder.join("heads")).unwrap();
        match &made.server {
            None => {
                let file = made.folder.join("biaogan.db");
                fs::copy(template.join("template.db"), file).unwrap();
            }
            Some(server) => admin(
                &server.base,
                &format!(
                    "CREATE DATABASE {} TEMPLATE {}",
                    server.name,
                    template_name()
                ),
            ),
        }
        made
    }

    /// Another one with the same in it. Nobody may be connected to this one.
    pub fn copied(&self) -> Self {
        let copy = Self::named(&unique());
        fs::copy(self.folder.join("heads"), copy.folder.join("heads")).unwrap();
        copy_folder(&self.folder.join("files"), &copy.folder.join("files"));
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
    fn named(number: &str) -> Self {
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

    /// Runs a statement behind the service's back.
    pub fn execute(&self, statement: &str) {
        let mut conn = Manager::new(&self.url).unwrap().establish().unwrap();
        conn.batch_execute(statement)
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
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

fn admin(base: &str, statement: &str) {
    PgConnection::establish(base)
        .unwrap()
        .batch_execute(statement)
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// The same server, another database.
fn with_database(base: &str, name: &str) -> String {
    let (server, _) = base.rsplit_once('/').expect("postgres://USER@HOST:PORT/DB");
    format!("{server}/{name}")
}

fn template_name() -> String {
    format!("biaogan_template_{}", build())
}

/// The folder of the template, made if need be; many test processes may ask at once.
fn template_folder() -> PathBuf {
    match server() {
        None => {
            let folder = tmp().join(format!("template_{}", build()));
            if !folder.exists() {
                make_sqlite(&folder);
            }
            folder
        }
        Some(base) => {
            let folder = tmp().join(format!("template_pg_{}_{}", port(&base), build()));
            make_postgres(&base, &folder);
            folder
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

/// Made under another name and renamed: whoever is first wins, the others use it.
fn make_sqlite(folder: &Path) {
    let building = tmp().join(format!("building_{}", unique()));
    fs::create_dir_all(&building).unwrap();
    let url = format!("sqlite:{}", building.join("biaogan.db").display());
    migrate::up(&url).unwrap();
    factory::found_company(&url, &building.join("heads"));
    // The pool may still hold it open: a copy in one piece, whatever lies in the log.
    let mut conn = Manager::new(&url).unwrap().establish().unwrap();
    dialect::copy_into(&mut conn, &building.join("template.db").to_string_lossy()).unwrap();
    drop(conn);
    if fs::rename(&building, folder).is_err() {
        let _ = fs::remove_dir_all(&building);
    }
    for entry in fs::read_dir(tmp()).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = entry.path() == folder;
        if name.starts_with("template_") && !name.starts_with("template_pg") && !ours {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::BigInt)]
    n: i64,
}

/// One process makes it, under an advisory lock; the lock ends with the connection.
fn make_postgres(base: &str, folder: &Path) {
    static MADE: std::sync::OnceLock<()> = std::sync::OnceLock::new();
    MADE.get_or_init(|| {
        let name = template_name();
        let mut conn = PgConnection::establish(base).unwrap();
        conn.batch_execute("SELECT pg_advisory_lock(81523)")
            .unwrap();
        let known = diesel::sql_query(format!(
            "SELECT count(*) AS n FROM pg_database WHERE datname = '{name}'"
        ))
        .get_result::<Count>(&mut conn)
        .unwrap();
        if known.n == 1 && folder.exists() {
            return;
        }
        let building = format!("{name}_building");
        for old in [&building, &name] {
            conn.batch_execute(&format!("DROP DATABASE IF EXISTS {old} WITH (FORCE)"))
                .unwrap();
        }
        conn.batch_execute(&format!("CREATE DATABASE {building}"))
            .unwrap();
        let url = with_database(base, &building);
        fs::create_dir_all(folder).unwrap();
        migrate::up(&url).unwrap();
        factory::found_company(&url, &folder.join("heads"));
        // Its connections may take a moment to go.
        for attempt in 0.. {
            conn.batch_execute(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{building}'"
            ))
            .unwrap();
            let renamed =
                conn.batch_execute(&format!("ALTER DATABASE {building} RENAME TO {name}"));
            match renamed {
                Ok(()) => break,
                Err(error) if attempt == 50 => panic!("{error}"),
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    });
}
