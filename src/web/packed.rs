//! An answer that many ask for: compressed once, and sent to everybody from the same bytes.

use std::io::Write;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::error::Result;

/// A body, and the same gzipped.
pub struct Packed {
    plain: Bytes,
    gzipped: Bytes,
}

impl Packed {
    pub fn new(plain: impl Into<Bytes>) -> Result<Self> {
        let plain = plain.into();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&plain)?;
        Ok(Self {
            gzipped: encoder.finish()?.into(),
            plain,
        })
    }

    /// How much room both take.
    pub fn size(&self) -> usize {
        self.plain.len() + self.gzipped.len()
    }

    /// As the asker takes it.
    pub fn answer(&self, req: &HttpRequest, mut response: HttpResponseBuilder) -> HttpResponse {
        response.insert_header((header::VARY, "Accept-Encoding"));
        let accepted = req.headers().get(header::ACCEPT_ENCODING);
        let gzip = accepted
            .and_then(|value| value.to_str().ok())
            .is_some_and(|list| {
                list.split(',')
                    .any(|coding| coding.trim().starts_with("gzip"))
            });
        if !gzip || self.gzipped.len() >= self.plain.len() {
            return response.body(self.plain.clone());
        }
        response
            .insert_header((header::CONTENT_ENCODING, "gzip"))
            .body(self.gzipped.clone())
    }
}
