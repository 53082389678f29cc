//! Receiving a multipart upload: streamed to disk, hashed on the way, never wholly in memory.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use actix_multipart::Multipart;
use actix_web::HttpRequest;
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use super::{LIMIT, rules};
use crate::app::App;
use crate::auth::Who;
use crate::error::{Error, Refusal, Result};
use crate::ids;
use crate::web::forms::check_csrf;

/// A file that lies on disk but belongs to nothing yet. Dropped without [`Received::keep`], it is removed.
#[derive(Debug)]
pub struct Received {
    pub name: String,
    pub media_type: &'static str,
    pub size: i64,
    pub sha256: String,
    pub storage_key: String,
    path: PathBuf,
    kept: AtomicBool,
}

impl Received {
    /// Its row is committed: the file stays.
    pub fn keep(&self) {
        self.kept.store(true, Ordering::SeqCst);
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        if !self.kept.load(Ordering::SeqCst)
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            log::warn!("cannot remove {}: {error}", self.path.display());
        }
    }
}

pub fn path_of(files: &Path, storage_key: &str) -> PathBuf {
    files
        .join(storage_key.get(..2).unwrap_or("00"))
        .join(storage_key)
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

async fn store_field(
    app: &App,
    field: &mut actix_multipart::Field,
    name: &str,
) -> Result<Received> {
    let storage_key = ids::random_hex();
    let path = path_of(&app.files, &storage_key);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)?;
    // From here on the file is removed unless it is kept.
    let mut received = Received {
        name: rules::shown_name(name),
        media_type: "",
        size: 0,
        sha256: String::new(),
        storage_key,
        path,
        kept: AtomicBool::new(false),
    };
    let (mut hash, mut head, mut size) = (Sha256::new(), Vec::new(), 0usize);
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
        hash.update(&chunk);
        file.write_all(&chunk)?;
    }
    if size == 0 {
        return Err(Error::field("file", "文件是空的。"));
    }
    let Some(media_type) = rules::media_type(&head, &received.name) else {
        return Err(Error::UnsupportedMedia(
            Refusal::new(
                "file_type_refused",
                "不接受这种文件，或文件内容与扩展名不符。",
            )
            .remedy(format!("可以上传{}。", rules::TAKEN_SHOWN)),
        ));
    };
    file.sync_all()?;
    received.media_type = media_type;
    received.size = i64::try_from(size).unwrap_or(i64::MAX);
    received.sha256 = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(received)
}
