//! The append-only file of heads, outside the database: the proof against a cut-off tail.
//!
//! One line per committed head: `chain count digest`. The file is only ever appended to.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::ids::ChainId;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub chain: ChainId,
    /// How many events the chain held.
    pub count: i64,
    pub digest: String,
}

pub struct HeadsFile {
    path: PathBuf,
    lock: Mutex<()>,
}

impl HeadsFile {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            lock: Mutex::new(()),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a batch's heads and makes them durable.
    pub fn append(&self, heads: &[Head]) -> std::io::Result<()> {
        let mut text = String::with_capacity(heads.len() * 90);
        for head in heads {
            text.push_str(&format!("{} {} {}\n", head.chain, head.count, head.digest));
        }
        let _held = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)?;
        file.write_all(text.as_bytes())?;
        file.sync_data()
    }

    /// Every head ever written, in order; a torn last line (a crash while appending) is passed over.
    pub fn read(&self) -> std::io::Result<Vec<Head>> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        let mut heads = Vec::new();
        for line in BufReader::new(std::fs::File::open(&self.path)?).lines() {
            let line = line?;
            let mut words = line.split(' ');
            if let (Some(chain), Some(count), Some(digest)) =
                (words.next(), words.next(), words.next())
                && let (Ok(chain), Ok(count)) = (chain.parse(), count.parse())
                && digest.len() == 64
            {
                heads.push(Head {
                    chain: ChainId(chain),
                    count,
                    digest: digest.to_owned(),
                });
            }
        }
        Ok(heads)
    }
}
