//! The actix app around the application: routes, middleware, workers.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::web::{Data, PathConfig};
use actix_web::{App as ActixApp, HttpServer, middleware};

use crate::error::Error;
use crate::files;
use crate::routes;
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
        let folder = self.files.clone();
        self.db
            .remove_files_by(move |stored| files::remove(&folder, stored));
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

    /// Sweeps away what crashes left among the stored files, now and every day.
    pub fn tidy(&self) {
        let app = self.clone();
        actix_web::rt::spawn(async move {
            let mut every = tokio::time::interval(Duration::from_secs(24 * 60 * 60));
            loop {
                every.tick().await;
                let folder = app.files.clone();
                let swept = app
                    .db
                    .read(move |c| files::sweep(c, &folder, files::AGE))
                    .await;
                match swept {
                    Ok(0) => {}
                    Ok(count) => {
                        log::info!("{count} stored files belonged to nothing and are gone")
                    }
                    Err(error) => log::warn!("cannot sweep the stored files: {error}"),
                }
            }
        });
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
