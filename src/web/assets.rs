//! Own css, js and svg, embedded in the binary and cached for a year under a version.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use rust_embed::RustEmbed;
use std::sync::LazyLock;

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

/// `GET /static/{name}`
pub async fn serve(name: web::Path<String>) -> Result<HttpResponse> {
    let file = Files::get(&name).ok_or(Error::NotFound)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media_type(&name)))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(file.data.into_owned()))
}

/// `GET /favicon.ico`
pub async fn favicon() -> Result<HttpResponse> {
    serve(web::Path::from("favicon.svg".to_owned())).await
}
