//! The actix app around the application: routes, middleware, workers.

use std::any::Any;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use actix_web::web::{Data, PathConfig};
use actix_web::{App as ActixApp, HttpServer, middleware};
use socket2::SockRef;
#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};

use crate::db::{Conn, Tx, dialect};
use crate::error::{Error, Result};
use crate::files;
use crate::routes;
use crate::session;
use crate::web;
use crate::web::App;

/// How much of an answer the system takes on, ahead of its reader.
const WAITING: usize = 256 * 1024;

/// A reader who does not read is left, and holds little until then.
fn patience(connection: &dyn Any) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else {
        return;
    };
    let socket = SockRef::from(stream);
    let set = socket.set_send_buffer_size(WAITING);
    if let Err(error) = set.and_then(|()| unread(&socket)) {
        log::debug!("a connection keeps the system's limits: {error}");
    }
}

/// What was sent waits so long for its reader.
#[cfg(target_os = "linux")]
fn unread(socket: &SockRef) -> std::io::Result<()> {
    socket.set_tcp_user_timeout(Some(Duration::from_secs(60)))
}

#[cfg(not(target_os = "linux"))]
fn unread(_: &SockRef) -> std::io::Result<()> {
    Ok(())
}

/// SIGTERM or Ctrl-C.
async fn asked_to_stop() {
    #[cfg(unix)]
    if let Ok(mut term) = signal(SignalKind::terminate()) {
        tokio::select! {
            _ = term.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        return;
    }
    if let Err(error) = tokio::signal::ctrl_c().await {
        log::error!("nothing can ask the service to stop: {error}");
        std::future::pending::<()>().await;
    }
}

impl App {
    /// Serves until told to stop. Must be called inside an actix system.
    pub fn serve(
        &self,
        listener: TcpListener,
        workers: usize,
    ) -> std::io::Result<actix_web::dev::Server> {
        let app = self.clone();
        let folder = self.files.clone();
        self.db
            .remove_files_by(move |stored| files::remove(&folder, stored));
        Ok(HttpServer::new(move || {
            ActixApp::new()
                .app_data(Data::new(app.clone()))
                .app_data(PathConfig::default().error_handler(|_, _| Error::NotFound.into()))
                .wrap(middleware::from_fn(web::sending::small_as_it_is))
                .wrap(middleware::Compress::default())
                .wrap(middleware::from_fn(web::middleware::around))
                .configure(routes::configure)
        })
        .workers(workers)
        // More would only wait for one of the pool's connections, each with an arena of its own.
        .worker_max_blocking_threads(8)
        .tcp_nodelay(true)
        .on_connect(|connection, _| patience(connection))
        // What is under way is finished, an upload too, but not for ever.
        .shutdown_signal(asked_to_stop())
        .shutdown_timeout(30)
        .listen(listener)?
        .run())
    }

    /// Every hour, and once at the start: what is over goes. Once a day the planner is told what has come.
    pub fn sweep(&self) {
        let app = self.clone();
        actix_web::rt::spawn(async move {
            let mut every = tokio::time::interval(Duration::from_secs(3600));
            for turn in 0u64.. {
                every.tick().await;
                if let Err(error) = app.sweep_now().await {
                    log::warn!("cannot sweep: {error}");
                }
                if turn % 24 == 0
                    && let Err(error) = app.db.write(|tx| dialect::analyze(tx)).await
                {
                    log::warn!("the planner does not know what has come: {error}");
                }
            }
        });
    }

    /// Old sessions, remembered answers, and what crashes left among the stored files.
    pub async fn sweep_now(&self) -> Result<()> {
        let swept = |tx: &mut Tx| Ok((session::sweep(tx)?, web::once::sweep(tx)?));
        let (sessions, replies) = self.db.write(swept).await?;
        let folder = self.files.clone();
        let find = move |c: &mut Conn| files::sweep(c, &folder, files::AGE);
        let stored = self.db.read(find).await?;
        log::info!(
            "swept {sessions} session(s), {replies} remembered answer(s) and {stored} stored file(s) of nothing"
        );
        Ok(())
    }

    /// Follows other nodes' changes and, on PostgreSQL, the database's clock.
    pub fn follow(&self) {
        let app = self.clone();
        actix_web::rt::spawn(async move {
            let mut every = tokio::time::interval(Duration::from_millis(500));
            for turn in 0u64.. {
                every.tick().await;
                // An acknowledgement comes from elsewhere.
                if turn % 20 == 0 && app.heads_fault().is_some() {
                    let asked = app.clone();
                    let looked = actix_web::web::block(move || asked.look_at_heads()).await;
                    if let Ok(Err(error)) = looked {
                        log::warn!("cannot read the audit heads: {error}");
                    }
                }
                let db = app.db.clone();
                let refreshed = actix_web::web::block(move || db.refresh()).await;
                if let Ok(Err(error)) = refreshed {
                    log::warn!("cannot read the data's version: {error}");
                }
            }
        });
    }
}
