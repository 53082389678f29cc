//! Where stored files lie: the one place that opens them for reading, and the one that writes them.
//!
//! Every file is encrypted under a key of its own on its way to the disk. All of it blocks, so pages call it on blocking threads, a part at a time; no file is ever wholly in memory.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Attachment;
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

/// Bytes and SHA-256 of a stored file as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub size: i64,
    pub sha256: String,
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
        Ok(Stored {
            size: noting.size,
            sha256: crypto::to_hex(&noting.hash.finalize()),
        })
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
