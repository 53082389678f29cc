//! Where stored files lie: the one place that opens them for reading, and the one that writes them.
//!
//! All of it blocks, so pages call it on blocking threads, a part at a time; no file is ever wholly in memory.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use super::Attachment;
use crate::error::Result;
use crate::ids;

/// Bytes handed on at a time.
pub const PART: usize = 64 * 1024;

fn path_of(files: &Path, storage_key: &str) -> PathBuf {
    files
        .join(storage_key.get(..2).unwrap_or("00"))
        .join(storage_key)
}

/// A stored file's content from its beginning on.
pub struct Reading(File);

/// Opens a stored file.
pub fn open(files: &Path, row: &Attachment) -> Result<Reading> {
    let path = path_of(files, &row.storage_key);
    let file = File::open(&path).map_err(|error| {
        anyhow::anyhow!(
            "attachment {} is gone from {}: {error}",
            row.id,
            path.display()
        )
    })?;
    Ok(Reading(file))
}

impl Reading {
    /// The next part, as full as it gets; empty at the end.
    pub fn part(&mut self) -> std::io::Result<Vec<u8>> {
        let mut part = Vec::with_capacity(PART);
        (&self.0).take(PART as u64).read_to_end(&mut part)?;
        Ok(part)
    }
}

/// A file that lies on disk but belongs to nothing yet: dropped without [`Written::keep`], it is removed.
#[derive(Debug)]
pub struct Written {
    pub storage_key: String,
    path: PathBuf,
    file: Option<File>,
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
    Ok(Written {
        storage_key,
        path,
        file: Some(file),
        kept: false,
    })
}

impl Written {
    pub fn write(&mut self, part: &[u8]) -> std::io::Result<()> {
        match &mut self.file {
            Some(file) => file.write_all(part),
            None => Err(ErrorKind::BrokenPipe.into()),
        }
    }

    /// Everything is written: it is now on the disk.
    pub fn finish(&mut self) -> std::io::Result<()> {
        match self.file.take() {
            Some(file) => file.sync_all(),
            None => Ok(()),
        }
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
