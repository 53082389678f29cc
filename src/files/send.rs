//! Sending a stored file.

use actix_web::HttpResponse;
use actix_web::body::SizedStream;
use actix_web::http::header;
use actix_web::web::{self, Bytes};
use futures_util::stream;

use super::storage::Reading;
use super::{Attachment, rules};
use crate::error::Error;

/// The file as a download, always. Each part is read on a blocking thread when the one before it is on its way, so that
/// slow readers hold neither the server nor memory.
pub fn sent(row: &Attachment, file: Reading) -> HttpResponse {
    let id = row.id;
    let parts = stream::unfold(Some(file), move |file| async move {
        let mut file = file?;
        let read = web::block(move || file.part().map(|part| (part, file))).await;
        match read
            .map_err(|error| Error::Internal(error.into()))
            .and_then(|read| read)
        {
            Ok((part, _)) if part.is_empty() => None,
            Ok((part, file)) => Some((Ok(Bytes::from(part)), Some(file))),
            Err(error) => {
                log::error!("attachment {id} cannot be read: {error}");
                Some((Err(error), None))
            }
        }
    });
    let encoded: String = form_urlencoded::byte_serialize(row.name.as_bytes()).collect();
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, rules::known(&row.media_type)))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!(
                "attachment; filename*=UTF-8''{}",
                encoded.replace('+', "%20")
            ),
        ))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .body(SizedStream::new(row.size.unsigned_abs(), parts))
}
