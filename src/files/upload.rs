//! Receiving a multipart upload: hashed and encrypted on its way to disk, never wholly in memory.

use std::sync::{Mutex, PoisonError};

use actix_multipart::Multipart;
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use super::storage::{self, Written};
use super::{LIMIT, rules};
use crate::app::App;
use crate::auth::Who;
use crate::error::{Error, Refusal, Result};
use crate::sealing::FileKey;
use crate::web::forms::check_csrf;

/// A file that was taken, but belongs to nothing yet. Dropped without [`Received::keep`], it is removed.
pub struct Received {
    pub name: String,
    pub media_type: &'static str,
    pub size: i64,
    pub sha256: String,
    pub storage_key: String,
    /// What the bytes on disk are encrypted with.
    pub(super) key: FileKey,
    written: Mutex<Written>,
}

impl Received {
    /// Its row is committed: the file stays.
    pub fn keep(&self) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.keep();
    }
}

fn malformed(error: &actix_multipart::MultipartError) -> Error {
    Error::BadRequest(Refusal::new(
        "malformed_multipart",
        format!("上传的内容无法读取：{error}。"),
    ))
}

/// Reads the one file of a form. A page's form carries its CSRF token before the file.
pub async fn receive(
    app: &App,
    req: &HttpRequest,
    who: &Who,
    mut form: Multipart,
) -> Result<Received> {
    let mut token: Option<String> = None;
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|error| malformed(&error))?;
        let disposition = field.content_disposition();
        let field_name = disposition
            .and_then(|d| d.get_name())
            .unwrap_or_default()
            .to_owned();
        let file_name = disposition
            .and_then(|d| d.get_filename())
            .map(str::to_owned);
        match (field_name.as_str(), file_name) {
            ("file", Some(name)) => {
                if !who.api {
                    check_csrf(req, who, token.as_deref())?;
                }
                return store_field(app, &mut field, &name).await;
            }
            (name, _) => {
                let mut text = Vec::new();
                while let Some(chunk) = field.next().await {
                    text.extend_from_slice(&chunk.map_err(|error| malformed(&error))?);
                    if text.len() > 4096 {
                        return Err(Error::field(name, "内容过长。"));
                    }
                }
                if name == "csrf" {
                    token = String::from_utf8(text).ok();
                }
            }
        }
    }
    Err(Error::field("file", "请选择要上传的文件。"))
}

/// What has arrived so far; handed to and fro between the server's thread and blocking ones.
struct Sink {
    written: Written,
    hash: Sha256,
    waiting: Vec<u8>,
}

/// So much is gathered before it is handed to a blocking thread.
const GATHER: usize = 4 * storage::PART;

impl Sink {
    fn flush(&mut self) -> Result<()> {
        self.hash.update(&self.waiting);
        self.written.write(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }
}

/// Runs this on a blocking thread.
async fn blocking<T: Send + 'static>(
    body: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    web::block(body)
        .await
        .map_err(|error| Error::Internal(error.into()))?
}

async fn store_field(
    app: &App,
    field: &mut actix_multipart::Field,
    name: &str,
) -> Result<Received> {
    let files = app.files.clone();
    let mut sink = blocking(move || {
        Ok(Sink {
            written: storage::create(&files)?,
            hash: Sha256::new(),
            waiting: Vec::with_capacity(GATHER),
        })
    })
    .await?;
    let name = rules::shown_name(name);
    let (mut head, mut size) = (Vec::new(), 0usize);
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(|error| malformed(&error))?;
        size += chunk.len();
        if size > LIMIT {
            return Err(Error::TooLarge(
                Refusal::new("file_too_large", "文件超过 20 MB。").remedy("请压缩或拆分后再上传。"),
            ));
        }
        if head.len() < 8192 {
            head.extend(chunk.iter().take(8192 - head.len()));
        }
        sink.waiting.extend_from_slice(&chunk);
        if sink.waiting.len() >= GATHER {
            sink = blocking(move || sink.flush().map(|()| sink)).await?;
        }
    }
    if size == 0 {
        return Err(Error::field("file", "文件是空的。"));
    }
    let Some(media_type) = rules::media_type(&head, &name) else {
        return Err(Error::UnsupportedMedia(
            Refusal::new(
                "file_type_refused",
                "不接受这种文件，或文件内容与扩展名不符。",
            )
            .remedy(format!("可以上传{}。", rules::TAKEN_SHOWN)),
        ));
    };
    let Sink { written, hash, .. } = blocking(move || {
        sink.flush()?;
        sink.written.finish()?;
        Ok(sink)
    })
    .await?;
    Ok(Received {
        name,
        media_type,
        size: i64::try_from(size).unwrap_or(i64::MAX),
        sha256: hash
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        storage_key: written.storage_key.clone(),
        key: written.key.clone(),
        written: Mutex::new(written),
    })
}
