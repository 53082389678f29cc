//! Whether what lies on the disk is what was stored: for the check, for backups, after a restore.

use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::storage::{self, PART, Stored};
use super::store::{self, StoredFile};
use crate::crypto;
use crate::db::Conn;
use crate::error::{Error, Result};

impl StoredFile {
    /// Opens it as it lies there.
    pub fn open(&self, folder: &Path) -> io::Result<storage::Lying> {
        storage::lying(folder, &self.storage_key)
    }

    /// Where it lies below the folder of files.
    pub fn place(&self) -> String {
        storage::place(&self.storage_key)
    }

    /// What is wrong with the file on disk, in a sentence.
    pub fn fault(&self, folder: &Path) -> Option<String> {
        match self.open(folder).and_then(measured) {
            Ok(lying) => self.fault_of(&lying),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (!self.removed).then(|| {
                format!(
                    "the file {} of attachment {} is missing",
                    self.storage_key, self.id
                )
            }),
            Err(error) => Some(format!(
                "the file {} of attachment {} cannot be read: {error}",
                self.storage_key, self.id
            )),
        }
    }

    /// The same of what was measured.
    pub fn fault_of(&self, lying: &Stored) -> Option<String> {
        let least = self.stored_size.unwrap_or(self.size);
        let right_size = match self.stored_size {
            Some(size) => lying.size == size,
            None => lying.size >= self.size,
        };
        if !right_size {
            return Some(format!(
                "the file {} of attachment {} has {} bytes instead of {least}",
                self.storage_key, self.id, lying.size
            ));
        }
        let changed = self
            .stored_sha256
            .as_ref()
            .is_some_and(|sha256| *sha256 != lying.sha256);
        changed.then(|| {
            format!(
                "the file {} of attachment {} was changed",
                self.storage_key, self.id
            )
        })
    }
}

/// Reads it to its end.
fn measured(mut file: impl Read) -> io::Result<Stored> {
    let (mut hash, mut size, mut part) = (Sha256::new(), 0i64, vec![0; PART]);
    loop {
        let read = file.read(&mut part)?;
        if read == 0 {
            break;
        }
        hash.update(part.get(..read).unwrap_or_default());
        size += i64::try_from(read).unwrap_or(i64::MAX);
    }
    Ok(Stored {
        size,
        sha256: crypto::to_hex(&hash.finalize()),
    })
}

/// Every file that the database names.
pub fn stored_files(c: &mut Conn) -> Result<Vec<StoredFile>> {
    store::stored_files(c)
}

/// Whether the database still asks for this file.
pub fn is_named(c: &mut Conn, file: &StoredFile) -> Result<bool> {
    match store::find(c, file.id) {
        Ok(_) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
