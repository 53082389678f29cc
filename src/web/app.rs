//! The application: what every request may reach.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::nav::Nav;
use super::packed::Packed;
use super::shown_once::ShownOnce;
use crate::audit;
use crate::clock::{self, Clock, Instant};
use crate::config::Config;
use crate::crypto::{Key, to_hex};
use crate::db::heads::HeadsFile;
use crate::db::{Conn, Db, settings};
use crate::error::Result;
use crate::ids::SessionId;
use crate::limits::Limits;
use crate::session::Keys;
use crate::todo::Todo;
use crate::who::Actor;

/// What waits for somebody in this room.
pub type Todos = fn(&mut Conn, &Actor, Instant) -> Result<Vec<Todo>>;

/// What every room is asked for whoever is there: what waits for them, where they may go. Empty where nobody is served.
#[derive(Default)]
pub struct Asked {
    pub todos: Vec<Todos>,
    pub nav: Vec<&'static Nav>,
}

/// A rendered public answer.
pub struct Stored {
    pub etag: String,
    pub content_type: &'static str,
    pub body: Packed,
    /// The next instant at which the clock changes it.
    pub until: Option<Instant>,
}

pub type Cache = moka::sync::Cache<(i64, String), Arc<Stored>>;

fn cache() -> Cache {
    moka::sync::Cache::builder()
        .max_capacity(16 * 1024 * 1024)
        .weigher(|_, stored: &Arc<Stored>| u32::try_from(stored.body.size()).unwrap_or(u32::MAX))
        .time_to_live(Duration::from_secs(600))
        .build()
}

/// When it was known whether this node is ready, and what was wrong; None while it is being tried.
pub(super) type Tried = Option<(std::time::Instant, Option<String>)>;

/// The last attempt. There is one at a time: those who ask meanwhile wait for the same.
#[derive(Default)]
pub(super) struct Readiness(pub Mutex<Option<watch::Receiver<Tried>>>);

/// Cheap to clone: a handle to everything shared.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub db: Db,
    pub cache: Cache,
    pub limits: Limits,
    /// Where attachments lie.
    pub files: PathBuf,
    /// The company's name, in titles and the footer.
    pub name: String,
    /// The demo: its accounts are accepted and its clock can be moved.
    pub demo: bool,
    /// The address people reach the service at, for links in papers and codes.
    pub public_url: String,
    /// Cookies are `Secure` when people come by https.
    pub secure_cookies: bool,
    pub asked: Asked,
    pub shown_once: ShownOnce,
    /// The first finding of [`App::look_at_heads`].
    heads_fault: Mutex<Option<String>>,
    pub(super) readiness: Readiness,
    keys: Keys,
    seen: Mutex<HashMap<SessionId, Instant>>,
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    pub fn new(config: &Config, clock: Clock, asked: Asked) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&config.files)?;
        let db = Db::open(
            &config.database_url,
            clock,
            HeadsFile::new(&config.heads_file),
            audit::trail(&config.secret),
        )?;
        db.refresh().map_err(|error| anyhow::anyhow!("{error}"))?;
        same_secret(&db, &config.secret)?;
        audit::acknowledge::begin_file(&db)?;
        audit::begin(&db)?;
        let app = Self(Arc::new(Inner {
            heads_fault: Mutex::default(),
            readiness: Readiness::default(),
            db,
            cache: cache(),
            limits: Limits::new(config.limits),
            files: config.files.clone(),
            name: config.name.clone(),
            demo: config.demo,
            public_url: config.public_url.clone(),
            secure_cookies: config.public_url.starts_with("https://"),
            asked,
            shown_once: ShownOnce::default(),
            keys: Keys::new(&config.secret),
            seen: Mutex::new(HashMap::new()),
        }));
        app.look_at_heads()?;
        Ok(app)
    }

    /// Holds the heads file against the database. Once it contradicts it does so until that is acknowledged.
    pub fn look_at_heads(&self) -> Result<()> {
        let written = self.db.heads().read()?;
        let found = self
            .db
            .snapshot_now(|c| audit::verify::contradictions(c, &written))?;
        for line in &found {
            log::error!("the audit heads file contradicts the database: {line}");
        }
        let mut fault = self
            .heads_fault
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *fault = found.into_iter().next();
        Ok(())
    }

    /// What the heads file contradicts, if anything.
    pub fn heads_fault(&self) -> Option<String> {
        self.heads_fault
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    pub fn clock(&self) -> &Clock {
        self.db.clock()
    }

    /// Whether the session was marked as used within the last minute; if not, it now is.
    pub fn seen_lately(&self, session: SessionId) -> bool {
        let now = clock::real_now();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() > 10_000 {
            seen.retain(|_, at| now - *at < chrono::Duration::minutes(1));
        }
        match seen.get(&session) {
            Some(at) if now - *at < chrono::Duration::minutes(1) => true,
            Some(_) | None => {
                seen.insert(session, now);
                false
            }
        }
    }
}

/// Under what name the database remembers the secret it was made with.
const SECRET: &str = "secret_fingerprint";

/// A node with another secret would neither read what the others wrote nor let them read what it writes.
fn same_secret(db: &Db, secret: &[u8]) -> anyhow::Result<()> {
    let ours: String = to_hex(Key::derive(secret, b"fingerprint").as_bytes())
        .chars()
        .take(32)
        .collect();
    let known = db.read_now(|c| settings::read(c, SECRET))?;
    let claim = ours.clone();
    let known = match known {
        Some(known) => known,
        None => db.write_now(move |tx| {
            // Another node may have been faster.
            let known = settings::read(tx, SECRET)?;
            if known.is_none() {
                settings::write(tx, SECRET, &claim)?;
            }
            Ok(known.unwrap_or_else(|| claim.clone()))
        })?,
    };
    anyhow::ensure!(
        known == ours,
        "BIAOGAN_SECRET_FILE: the database was made with another secret; give this node the same file as the others"
    );
    Ok(())
}
