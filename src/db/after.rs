//! What happens once a transaction has committed, shared with the writer thread.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use super::heads::{Head, HeadsFile};
use crate::error::{Passing, Result};

/// What a transaction asks for.
#[derive(Default)]
pub(crate) struct Effects {
    pub heads: Vec<Head>,
    pub public_version: Option<i64>,
    /// Stored files that no row needs any more.
    pub let_go: Vec<String>,
    /// What rows were before is to lie nowhere any more.
    pub forget: bool,
}

/// Removes a stored file.
type Remover = Box<dyn Fn(&str) + Send + Sync>;

pub(crate) struct After {
    pub heads: HeadsFile,
    pub public_version: AtomicI64,
    pub remover: OnceLock<Remover>,
}

impl After {
    pub fn new(heads: HeadsFile) -> Self {
        Self {
            heads,
            public_version: AtomicI64::new(0),
            remover: OnceLock::new(),
        }
    }

    /// Before anything more is written: the heads of what was committed are on the disk.
    pub fn settle(&self) -> Result<()> {
        self.heads
            .settle()
            .map_err(|error| Passing::not_kept(format!("audit heads cannot be written: {error}")))
    }

    pub fn run(&self, effects: Effects) {
        if !effects.heads.is_empty()
            && let Err(error) = self.heads.append(&effects.heads)
        {
            log::error!(
                "cannot append to the audit heads file, nothing is written until it can: {error}"
            );
        }
        if let Some(version) = effects.public_version {
            self.public_version.fetch_max(version, Ordering::SeqCst);
        }
        if let Some(remove) = self.remover.get() {
            effects.let_go.iter().for_each(|key| remove(key));
        }
    }
}
