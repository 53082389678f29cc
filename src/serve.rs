//! The actix app around the application: routes, middleware, workers.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::web::{Data, PathConfig};
use actix_web::{App as ActixApp, HttpServer, middleware};

use crate::error::{Error, Result};
use crate::routes;
use crate::session;
use crate::web;
use crate::web::App;

impl App {
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

    /// Every hour, and once at the start: what is over goes.
    pub fn sweep(&self) {
        let app = self.clone();
        actix_web::rt::spawn(async move {
            let mut every = tokio::time::interval(Duration::from_secs(3600));
            loop {
                every.tick().await;
                if let Err(error) = app.sweep_now().await {
                    log::warn!("cannot sweep: {error}");
                }
            }
        });
    }

    /// Old sessions and remembered answers.
    pub async fn sweep_now(&self) -> Result<()> {
        let (sessions, replies) = self
            .db
            .write(|tx| Ok((session::sweep(tx)?, web::respond::sweep(tx)?)))
            .await?;
        log::info!("swept {sessions} session(s) and {replies} remembered answer(s)");
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
