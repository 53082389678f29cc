//! The application: what every request may reach.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::Room;
use super::cache::{self, Cache};
use crate::clock::{self, Clock, Instant};
use crate::config::Config;
use crate::db::Db;
use crate::db::heads::HeadsFile;
use crate::ids::SessionId;
use crate::limits::Limits;
use crate::session::Keys;

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
    /// What the house consists of: whoever asks what waits for them asks each room.
    pub rooms: &'static [&'static Room],
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
    pub fn new(
        config: &Config,
        clock: Clock,
        rooms: &'static [&'static Room],
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&config.files)?;
        let db = Db::open(
            &config.database_url,
            clock,
            HeadsFile::new(&config.heads_file),
        )?;
        db.refresh().map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(Self(Arc::new(Inner {
            db,
            cache: cache::new(),
            limits: Limits::new(config.limits),
            files: config.files.clone(),
            name: config.name.clone(),
            demo: config.demo,
            public_url: config.public_url.clone(),
            secure_cookies: config.public_url.starts_with("https://"),
            rooms,
            keys: Keys::new(&config.secret),
            seen: Mutex::new(HashMap::new()),
        })))
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
