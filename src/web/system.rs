//! What operators and balancers ask: health, readiness, metrics; and the site's own files.

use std::sync::LazyLock;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::web::Data;
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder,
};

use super::route::own;
use super::{Access, App, Room, Route, assets};

pub const ROOM: Room = Room {
    name: "system",
    title: "运行状况",
    routes,
    todos: None,
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

struct Metrics {
    registry: Registry,
    requests: Option<IntCounterVec>,
    seconds: Option<HistogramVec>,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(|| {
    let registry = Registry::new();
    let requests = IntCounterVec::new(
        Opts::new(
            "biaogan_http_requests_total",
            "HTTP requests by method, route and status",
        ),
        &["method", "route", "status"],
    )
    .ok();
    let seconds = HistogramVec::new(
        HistogramOpts::new("biaogan_http_request_seconds", "Time to answer, by route")
            .buckets(vec![0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0]),
        &["route"],
    )
    .ok();
    for failed in [
        requests
            .clone()
            .and_then(|c| registry.register(Box::new(c)).err()),
        seconds
            .clone()
            .and_then(|c| registry.register(Box::new(c)).err()),
    ]
    .into_iter()
    .flatten()
    {
        log::error!("metrics: {failed}");
    }
    Metrics {
        registry,
        requests,
        seconds,
    }
});

/// Counts one answered request. Routes are patterns, never addresses: nothing of a subject shows.
pub fn observe(method: &str, route: &str, status: u16, elapsed: Duration) {
    if route == "/healthz" {
        return;
    }
    if let Some(requests) = &METRICS.requests {
        requests
            .with_label_values(&[method, route, &status.to_string()])
            .inc();
    }
    if let Some(seconds) = &METRICS.seconds {
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
pub async fn metrics() -> HttpResponse {
    let mut text = Vec::new();
    if let Err(error) = TextEncoder::new().encode(&METRICS.registry.gather(), &mut text) {
        log::error!("metrics: {error}");
    }
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4")
        .body(text)
}
