//! Where stored files lie: the one place that opens them for reading, and the one that writes them.
//!
//! Every file is encrypted under a key of its own on its way to the disk. All of it blocks, so pages call it on blocking threads, a part at a time; no file is ever wholly in memory.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use super::{Attachment, Stored};
use crate::clock::{Instant, real_now};
use crate::crypto;
use crate::error::Result;
use crate::ids;
use crate::sealing::{self, FileKey};

/// Bytes handed on at a time.
pub const PART: usize = 64 * 1024;

fn path_of(files: &Path, storage_key: &str) -> PathBuf {
    files.join(place(storage_key))
}

/// Below the folder of files, with slashes: for archives.
pub fn place(storage_key: &str) -> String {
    let folder = storage_key.get(..2).unwrap_or("00");
    format!("{folder}/{storage_key}")
}

/// A stored file as it lies there, encrypted.
pub type Lying = File;

pub fn lying(files: &Path, storage_key: &str) -> io::Result<Lying> {
    File::open(path_of(files, storage_key))
}

/// Notes what goes through to the file.
struct Noting {
    inner: BufWriter<File>,
    size: i64,
    hash: Sha256,
}

impl Write for Noting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.size += i64::try_from(written).unwrap_or(i64::MAX);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// How many bytes of it lie on the disk; None if it is not there.
pub fn length(files: &Path, storage_key: &str) -> Result<Option<u64>> {
    match fs::metadata(path_of(files, storage_key)) {
        Ok(facts) => Ok(Some(facts.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Removes a stored file that no row needs any more, unless a copy is being made: then the sweep does it later.
pub fn remove(files: &Path, storage_key: &str) {
    if Hold::is_there(files) {
        return;
    }
    match fs::remove_file(path_of(files, storage_key)) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => log::warn!("cannot remove the stored file {storage_key}: {error}"),
    }
}

/// While it is held nothing is removed from the folder, so that a copy of rows and files fits together.
pub struct Hold(PathBuf);

impl Hold {
    fn path(files: &Path) -> PathBuf {
        files.join(".hold")
    }

    /// Whether somebody holds the folder. What a crash left a day ago holds nothing.
    pub(super) fn is_there(files: &Path) -> bool {
        let made = fs::metadata(Self::path(files)).and_then(|facts| facts.modified());
        made.is_ok_and(|made| {
            let made = made.duration_since(UNIX_EPOCH).unwrap_or_default();
            let day = chrono::Duration::days(1).num_seconds();
            i64::try_from(made.as_secs()).unwrap_or(i64::MAX) > real_now().seconds() - day
        })
    }

    pub fn take(files: &Path) -> Result<Self> {
        fs::create_dir_all(files)?;
        let path = Self::path(files);
        fs::write(&path, b"")?;
        Ok(Self(path))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            log::warn!("cannot remove {}: {error}", self.0.display());
        }
    }
}

/// Names of the stored files that were last written before this instant.
pub fn written_before(files: &Path, before: Instant) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for folder in fs::read_dir(files)?.flatten() {
        if !folder.path().is_dir() {
            continue;
        }
        for file in fs::read_dir(folder.path())?.flatten() {
            let name = file.file_name().to_string_lossy().into_owned();
            let Ok(written) = file.metadata().and_then(|facts| facts.modified()) else {
                continue;
            };
            let written = written.duration_since(UNIX_EPOCH).unwrap_or_default();
            let written = i64::try_from(written.as_micros()).unwrap_or(i64::MAX);
            if path_of(files, &name) == file.path() && written < before.micros() {
                found.push(name);
            }
        }
    }
    Ok(found)
}

/// A stored file's content from its beginning on.
pub enum Reading {
    Sealed(sealing::Reader<File>),
    /// From before files were encrypted.
    Plain(File),
}

/// Opens a stored file with its key; one of old times has none.
pub fn open(files: &Path, row: &Attachment, key: Option<&FileKey>) -> Result<Reading> {
    let path = path_of(files, &row.storage_key);
    let file = File::open(&path).map_err(|error| {
        anyhow::anyhow!(
            "attachment {} is gone from {}: {error}",
            row.id,
            path.display()
        )
    })?;
    match key {
        Some(key) => Ok(Reading::Sealed(sealing::Reader::new(file, key)?)),
        None => Ok(Reading::Plain(file)),
    }
}

impl Reading {
    /// The next part, as full as it gets; empty at the end.
    pub fn part(&mut self) -> Result<Vec<u8>> {
        match self {
            Self::Sealed(reader) => Ok(reader.next_piece()?.unwrap_or_default()),
            Self::Plain(file) => {
                let mut part = Vec::with_capacity(PART);
                file.take(PART as u64).read_to_end(&mut part)?;
                Ok(part)
            }
        }
    }
}

/// A file that lies on disk but belongs to nothing yet: dropped without [`Written::keep`], it is removed.
pub struct Written {
    pub storage_key: String,
    pub key: FileKey,
    path: PathBuf,
    writer: Option<sealing::Writer<Noting>>,
    kept: bool,
}

/// Begins a new file under a random name.
pub fn create(files: &Path) -> Result<Written> {
    let storage_key = ids::random_hex();
    let path = path_of(files, &storage_key);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)?;
    let key = FileKey::fresh();
    // Dropped on any failure from here on, so that no half of a file stays.
    let mut written = Written {
        storage_key,
        key: key.clone(),
        path,
        writer: None,
        kept: false,
    };
    let noting = Noting {
        inner: BufWriter::new(file),
        size: 0,
        hash: Sha256::new(),
    };
    written.writer = Some(sealing::Writer::new(noting, &key)?);
    Ok(written)
}

impl Written {
    pub fn write(&mut self, part: &[u8]) -> Result<()> {
        match &mut self.writer {
            Some(writer) => writer.write(part),
            None => Err(anyhow::anyhow!("a finished file is written to").into()),
        }
    }

    /// Everything is written: it is now on the disk, as it says.
    pub fn finish(&mut self) -> Result<Stored> {
        let writer = self.writer.take();
        let noting = writer
            .ok_or_else(|| anyhow::anyhow!("a file is finished twice"))?
            .finish()?;
        let file = noting
            .inner
            .into_inner()
            .map_err(|error| error.into_error())?;
        file.sync_all()?;
        // So long under way that it was taken for a leftover: better refused now than missed later.
        if !self.path.exists() {
            return Err(anyhow::anyhow!("{} was swept away", self.path.display()).into());
        }
        Ok(Stored {
            size: noting.size,
            sha256: crypto::to_hex(&noting.hash.finalize()),
        })
    }

    /// What was written, to be looked at anywhere; `length` is the content's.
    pub fn read_back(&self, length: u64) -> Result<sealing::Seeker<File>> {
        sealing::Seeker::new(File::open(&self.path)?, &self.key, length)
    }

    /// Its row is committed: the file stays.
    pub fn keep(&mut self) {
        self.kept = true;
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_file(&self.path)
        {
            log::warn!("cannot remove {}: {error}", self.path.display());
        }
    }
}
