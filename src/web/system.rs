//! What operators and balancers ask: health, readiness, metrics; and the site's own files.

use std::sync::LazyLock;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::web::Data;
use prometheus::proto::MetricFamily;
use prometheus::{
    Encoder, Gauge, HistogramOpts, HistogramVec, IntCounterVec, Registry, TextEncoder,
    register_histogram_vec, register_int_counter_vec,
};

use super::route::own;
use super::{Access, App, Room, Route, assets};
use crate::clock::{self, Instant};
use crate::db::gauges::{BUCKETS, made};
use crate::db::settings::{self, BACKUP};

pub const ROOM: Room = Room {
    name: "system",
    title: "运行状况",
    routes,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let (get, anybody) = (Method::GET, Access::Public);
    vec![
        own(get.clone(), "/healthz", anybody, healthz),
        own(get.clone(), "/readyz", anybody, readyz),
        own(get.clone(), "/metrics", anybody, metrics),
        own(get.clone(), "/static/{name}", anybody, assets::serve),
        own(get, "/favicon.ico", anybody, assets::favicon),
    ]
}

static REQUESTS: LazyLock<Option<IntCounterVec>> = LazyLock::new(|| {
    made(register_int_counter_vec!(
        "biaogan_http_requests_total",
        "HTTP requests by method, route and status",
        &["method", "route", "status"]
    ))
});

static SECONDS: LazyLock<Option<HistogramVec>> = LazyLock::new(|| {
    made(register_histogram_vec!(
        HistogramOpts::new("biaogan_http_request_seconds", "Time to answer, by route")
            .buckets(BUCKETS.to_vec()),
        &["route"]
    ))
});

/// Counts one answered request. Routes are patterns, never addresses: nothing of a subject shows.
pub fn observe(method: &str, route: &str, status: u16, elapsed: Duration) {
    if route == "/healthz" {
        return;
    }
    if let Some(requests) = &*REQUESTS {
        requests
            .with_label_values(&[method, route, &status.to_string()])
            .inc();
    }
    if let Some(seconds) = &*SECONDS {
        seconds
            .with_label_values(&[route])
            .observe(elapsed.as_secs_f64());
    }
}

/// `GET /healthz`: constant, touches nothing.
pub async fn healthz() -> &'static str {
    "ok"
}

/// `GET /readyz`: the database is read and written, its clock agrees with ours, the audit heads with it.
pub async fn readyz(app: Data<App>) -> HttpResponse {
    match app.not_ready().await {
        None => HttpResponse::Ok().body("ready"),
        Some(fault) => HttpResponse::ServiceUnavailable()
            .insert_header(("Retry-After", "5"))
            .body(fault),
    }
}

/// `GET /metrics`, in Prometheus' text format.
pub async fn metrics(app: Data<App>) -> HttpResponse {
    let mut families = prometheus::gather();
    families.extend(standing(&app, last_backup(&app).await));
    let mut text = Vec::new();
    if let Err(error) = TextEncoder::new().encode(&families, &mut text) {
        log::error!("metrics: {error}");
    }
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(text)
}

/// When `biaogan backup` last verified what it wrote.
async fn last_backup(app: &App) -> Option<Instant> {
    let noted = app.db.read(|c| settings::read(c, BACKUP)).await;
    noted.ok().flatten()?.parse().ok()
}

/// What is so at this moment.
fn standing(app: &App, backup: Option<Instant>) -> Vec<MetricFamily> {
    let registry = Registry::new();
    let tell = |name: &str, help: &str, value: f64| {
        let gauge = made(Gauge::new(name, help));
        if let Some(gauge) = gauge {
            gauge.set(value);
            made(registry.register(Box::new(gauge)));
        }
    };
    let (connections, idle) = app.db.pool();
    tell(
        "biaogan_pool_connections",
        "Connections to the database",
        f64::from(connections),
    );
    tell(
        "biaogan_pool_idle",
        "Connections that nobody uses",
        f64::from(idle),
    );
    tell(
        "biaogan_heads_contradict",
        "1 while the audit heads file contradicts the database",
        if app.heads_fault().is_some() {
            1.0
        } else {
            0.0
        },
    );
    tell(
        "biaogan_clock_refused",
        "1 while writes are refused because of this node's clock",
        if app.db.clock_fault().is_some() {
            1.0
        } else {
            0.0
        },
    );
    if let Some(at) = backup {
        let age = (clock::real_now() - at).num_seconds();
        tell(
            "biaogan_backup_age_seconds",
            "Since `biaogan backup` last verified an archive; missing before the first",
            age as f64,
        );
    }
    for (name, help, place) in [
        (
            "biaogan_files_free_bytes",
            "Free space where attachments lie",
            app.files.as_path(),
        ),
        (
            "biaogan_heads_free_bytes",
            "Free space where the audit heads file lies",
            app.db.heads().path(),
        ),
    ] {
        if let Ok(found) = rustix::fs::statvfs(place) {
            tell(name, help, (found.f_bavail * found.f_frsize) as f64);
        }
    }
    registry.gather()
}
