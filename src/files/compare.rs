//! Whether stored files are still what they were when they were added.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::Attachment;
use super::storage::{self, Reading};
use crate::crypto::to_hex;
use crate::error::Result;
use crate::ids::BidId;
use crate::sealing::FileKey;

/// A file as a submission names it, with what its bytes are read with. Without a row there is nothing to be read.
pub struct Expected {
    pub bid: BidId,
    pub name: String,
    pub sha256: String,
    pub found: Option<(Attachment, Option<FileKey>)>,
}

crate::text_enum! {
    /// What became of a stored file.
    Harm {
        Missing = "missing" "已缺失",
        Changed = "changed" "与提交时的摘要不一致",
    }
}

/// A file that is not what it was.
#[derive(Debug, Clone)]
pub struct Fault {
    pub bid: BidId,
    pub name: String,
    pub harm: Harm,
}

/// Reads all of them: on a blocking thread, never in a transaction.
pub fn compare(files: &Path, expected: &[Expected]) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for one in expected {
        if let Some(harm) = harm(files, one)? {
            log::error!("a file of bid {} is {harm}", one.bid);
            faults.push(Fault {
                bid: one.bid,
                name: one.name.clone(),
                harm,
            });
        }
    }
    Ok(faults)
}

fn harm(files: &Path, expected: &Expected) -> Result<Option<Harm>> {
    let Some((row, key)) = &expected.found else {
        return Ok(Some(Harm::Missing));
    };
    if storage::length(files, &row.storage_key)?.is_none() {
        return Ok(Some(Harm::Missing));
    }
    // What cannot be decrypted was changed.
    let read = storage::open(files, row, key.as_ref()).and_then(digest);
    Ok(match read {
        Ok(digest) if digest == expected.sha256 => None,
        Ok(_) | Err(_) => Some(Harm::Changed),
    })
}

fn digest(mut file: Reading) -> Result<String> {
    let mut hash = Sha256::new();
    loop {
        let part = file.part()?;
        if part.is_empty() {
            return Ok(to_hex(&hash.finalize()));
        }
        hash.update(&part);
    }
}
