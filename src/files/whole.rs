//! Whether what lies on the disk is what was stored: for the check, for backups, after a restore.

use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::storage::{self, PART};
use super::store::{self, Stored, StoredFile};
use crate::crypto;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::sealing;

impl StoredFile {
    /// Opens it as it lies there.
    pub fn open(&self, folder: &Path) -> io::Result<storage::Lying> {
        storage::lying(folder, &self.row.storage_key)
    }

    /// Where it lies below the folder of files.
    pub fn place(&self) -> String {
        storage::place(&self.row.storage_key)
    }

    /// What is wrong with the file on disk: “is missing”, “was changed”.
    pub fn fault(&self, folder: &Path) -> Option<String> {
        match self.open(folder).and_then(measured) {
            Ok(lying) => self.fault_of(&lying),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some("is missing".to_owned()),
            Err(error) => Some(format!("cannot be read: {error}")),
        }
    }

    /// The same of what was measured.
    pub fn fault_of(&self, lying: &Stored) -> Option<String> {
        let size = self
            .noted
            .as_ref()
            .map_or(self.length(), |noted| noted.size);
        if lying.size != size {
            return Some(format!("has {} bytes instead of {size}", lying.size));
        }
        let noted = self.noted.as_ref();
        let changed = noted.is_some_and(|noted| noted.sha256 != lying.sha256);
        changed.then(|| "was changed".to_owned())
    }

    /// Bytes on disk, told from those of its content.
    fn length(&self) -> i64 {
        let size = self.row.size;
        match self.row.file_key {
            Some(_) => {
                i64::try_from(sealing::stored_length(size.unsigned_abs())).unwrap_or(i64::MAX)
            }
            None => size,
        }
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

/// Every file whose bytes are kept.
pub fn stored_files(c: &mut Conn) -> Result<Vec<StoredFile>> {
    store::stored_files(c)
}

/// Whether its bytes are still kept.
pub fn is_kept(c: &mut Conn, file: &StoredFile) -> Result<bool> {
    match store::find_kept(c, file.row.id) {
        Ok(_) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
