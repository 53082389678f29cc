//! Receiving a multipart upload: hashed and encrypted on its way to disk, never wholly in memory.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use actix_multipart::Multipart;
use actix_web::{HttpRequest, web};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};

use super::rules::{self, Unfit};
use super::storage::{self, Written};
use super::{LIMIT, Stored};
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::sealing::FileKey;
use crate::session::Who;
use crate::web::call::{Asked, idempotency_key};
use crate::web::forms::check_csrf;
use crate::web::{App, Reply, once};
use crate::who::Actor;

/// A file that was taken, but belongs to nothing yet. Dropped without [`Received::keep`], it is removed.
pub struct Received {
    pub name: String,
    pub media_type: &'static str,
    pub size: i64,
    pub sha256: String,
    pub storage_key: String,
    /// What the bytes on disk are encrypted with.
    pub(super) key: FileKey,
    /// What lies on disk.
    pub(super) stored: Stored,
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
    log::debug!("an upload cannot be read: {error}");
    Error::BadRequest(
        Refusal::new(
            "malformed_multipart",
            "上传的内容不完整，或者不是 multipart/form-data。",
        )
        .remedy("请重新选择文件再上传。"),
    )
}

/// Which files a form takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Everything on the list.
    Any,
    /// What a scanner makes.
    Scans,
}

impl Taken {
    fn shown(self) -> &'static str {
        match self {
            Self::Any => rules::TAKEN_SHOWN,
            Self::Scans => rules::SCANS_SHOWN,
        }
    }

    fn fits(self, media: &'static str, name: &str) -> std::result::Result<&'static str, Unfit> {
        match self {
            Self::Scans if !rules::SCANS.contains(&media) => {
                let ending = name.rsplit('.').next().unwrap_or_default();
                Err(Unfit::Type(ending.to_ascii_lowercase()))
            }
            Self::Any | Self::Scans => Ok(media),
        }
    }
}

fn refused(unfit: &Unfit, taken: Taken) -> Error {
    Error::UnsupportedMedia(
        Refusal::new("file_type_refused", unfit.reason()).remedy(unfit.remedy(taken.shown())),
    )
}

/// Most bytes of a form's words, all together.
const WORDS: usize = 256 * 1024;

/// What a form with words and at most one file sent.
pub struct Sent {
    /// Name and value in the order they came, without the token.
    pub pairs: Vec<(String, String)>,
    /// None if no file was chosen. Where the file is refused, what stood after it was not read.
    pub file: Result<Option<Received>>,
    /// What it may come again as: the same words and the same file.
    pub asked: Asked,
}

/// Reads the one file of a form. A page's form carries its CSRF token before the file.
pub async fn receive(
    app: &App,
    req: &HttpRequest,
    who: &Who,
    form: Multipart,
) -> Result<(Received, Asked)> {
    let sent = receive_form(app, req, who, form, Taken::Any).await?;
    let file = sent
        .file?
        .ok_or_else(|| Error::field("file", "请选择要上传的文件。"))?;
    Ok((file, sent.asked))
}

/// A command that takes a file, done once however often it comes; the file stays if this very call took it.
pub async fn take<F>(
    app: &App,
    who: &Who,
    asked: Asked,
    file: Option<Arc<Received>>,
    body: F,
) -> Result<Reply>
where
    F: Fn(&mut Tx, &Actor) -> Result<Reply> + Send + 'static,
{
    let done = Arc::new(AtomicBool::new(false));
    let mark = done.clone();
    let reply = app
        .once(who, asked, move |tx, actor| {
            let reply = body(tx, actor)?;
            mark.store(true, Ordering::SeqCst);
            Ok(reply)
        })
        .await?;
    if let Some(file) = file
        && done.load(Ordering::SeqCst)
    {
        file.keep();
    }
    Ok(reply)
}

fn asked(
    req: &HttpRequest,
    who: &Who,
    once: Option<String>,
    pairs: &[(String, String)],
    file: Option<&Received>,
) -> Result<Asked> {
    let mut sent = pairs.to_vec();
    sent.extend(file.map(|file| (file.name.clone(), file.sha256.clone())));
    let asked = Asked::by_form(req, once, &sent);
    match who.api {
        true => Ok(asked.called(idempotency_key(req)?)),
        false => Ok(asked),
    }
}

/// Reads a form with its words and its file, which is kept only with [`Received::keep`].
pub async fn receive_form(
    app: &App,
    req: &HttpRequest,
    who: &Who,
    mut form: Multipart,
    taken: Taken,
) -> Result<Sent> {
    let (mut token, mut once) = (None::<String>, None);
    let mut pairs = Vec::new();
    let mut words = 0;
    let mut file = Ok(None);
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
            ("file", Some(name)) if !name.is_empty() => {
                if !who.api {
                    check_csrf(req, who, token.as_deref())?;
                }
                file = store_field(app, &mut field, &name, taken).await.map(Some);
                if file.is_err() {
                    break;
                }
            }
            (name, _) => {
                let mut text = Vec::new();
                while let Some(chunk) = field.next().await {
                    let chunk = chunk.map_err(|error| malformed(&error))?;
                    words += chunk.len();
                    if words > WORDS {
                        return Err(Error::field(name, "内容过长。"));
                    }
                    text.extend_from_slice(&chunk);
                }
                let text = String::from_utf8(text)
                    .map_err(|_| Error::field(name, "不是 UTF-8 编码的文字。"))?;
                match name {
                    "csrf" => token = Some(text),
                    once::FIELD => once = Some(text),
                    "file" => {}
                    _ => pairs.push((name.to_owned(), text.replace("\r\n", "\n"))),
                }
            }
        }
    }
    if !who.api {
        check_csrf(req, who, token.as_deref())?;
    }
    let told = file.as_ref().ok().and_then(Option::as_ref);
    let asked = asked(req, who, once, &pairs, told)?;
    Ok(Sent { pairs, file, asked })
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
    taken: Taken,
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
    let whole = size <= head.len();
    let length = u64::try_from(size).unwrap_or(u64::MAX);
    let (sink, stored, told, name) = blocking(move || {
        sink.flush()?;
        let stored = sink.written.finish()?;
        let content = sink.written.read_back(length)?;
        let told = rules::media_type(&name, &head, whole, content);
        Ok((sink, stored, told, name))
    })
    .await?;
    let media_type = told
        .and_then(|media| taken.fits(media, &name))
        .map_err(|unfit| refused(&unfit, taken))?;
    let Sink { written, hash, .. } = sink;
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
        stored,
        written: Mutex::new(written),
    })
}
