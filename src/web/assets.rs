//! Own css, js and svg, embedded in the binary and cached for a year under a version.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use rust_embed::RustEmbed;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::packed::Packed;
use crate::audit;
use crate::error::{Error, Result};

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut all: Vec<u8> = Vec::new();
    let mut names: Vec<_> = Files::iter().collect();
    names.sort_unstable();
    for name in names {
        if let Some(file) = Files::get(&name) {
            all.extend_from_slice(&file.metadata.sha256_hash());
        }
    }
    audit::sha256_hex(&all).chars().take(12).collect()
});

/// Changes whenever any asset does.
pub fn version() -> &'static str {
    &VERSION
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

/// Each file as it is sent.
static PACKED: LazyLock<HashMap<String, Packed>> = LazyLock::new(|| {
    Files::iter()
        .filter_map(|name| {
            let file = Files::get(&name)?;
            let packed = Packed::new(file.data.into_owned()).ok()?;
            Some((name.into_owned(), packed))
        })
        .collect()
});

/// `GET /static/{name}`
pub async fn serve(req: HttpRequest, name: web::Path<String>) -> Result<HttpResponse> {
    sent(&req, &name)
}

/// `GET /favicon.ico`
pub async fn favicon(req: HttpRequest) -> Result<HttpResponse> {
    sent(&req, "favicon.svg")
}

fn sent(req: &HttpRequest, name: &str) -> Result<HttpResponse> {
    let file = PACKED.get(name).ok_or(Error::NotFound)?;
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, media_type(name)))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"));
    Ok(file.answer(req, response))
}
