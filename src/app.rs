//! The application: what every request may reach, and the actix app around it.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::web::{Data, PathConfig};
use actix_web::{App as ActixApp, HttpServer, middleware};

use crate::auth::Keys;
use crate::clock::{self, Clock, Instant};
use crate::config::Config;
use crate::db::Db;
use crate::db::heads::HeadsFile;
use crate::error::Error;
use crate::ids::SessionId;
use crate::limits::Limits;
use crate::web::cache::{self, Cache};
use crate::{routes, web};

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
    pub fn new(config: &Config, clock: Clock) -> anyhow::Result<Self> {
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

    /// Serves until told to stop. Must be called inside an actix system.
    pub fn serve(
        &self,
        listener: TcpListener,
        workers: usize,
    ) -> std::io::Result<actix_web::dev::Server> {
        let app = self.clone();
        Ok(HttpServer::new(move || {
            ActixApp::new()
                .app_data(Data::new(app.clone()))
                .app_data(PathConfig::default().error_handler(|_, _| Error::NotFound.into()))
                .wrap(middleware::Compress::default())
                .wrap(middleware::from_fn(web::middleware::around))
                .configure(routes::configure)
        })
        .workers(workers)
        // More would only wait for one of the pool's connections, each with an arena of its own.
        .worker_max_blocking_threads(8)
        .tcp_nodelay(true)
        .shutdown_timeout(5)
        .listen(listener)?
        .run())
    }

    /// Follows other nodes' changes and, on PostgreSQL, the database's clock.
    pub fn follow(&self) {
        let app = self.clone();
        actix_web::rt::spawn(async move {
            let mut every = tokio::time::interval(Duration::from_millis(500));
            loop {
                every.tick().await;
                let db = app.db.clone();
                let refreshed = actix_web::web::block(move || db.refresh()).await;
                if let Ok(Err(error)) = refreshed {
                    log::warn!("cannot read the data's version: {error}");
                }
            }
        });
    }
}
