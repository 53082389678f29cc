//! A folder of backups named by their time, of which the newest so many stay.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::clock;

const PREFIX: &str = "biaogan-";
const ENDING: &str = ".tar";

pub struct Series {
    folder: PathBuf,
    keep: Option<usize>,
    /// Held as long as this backup runs: whatever is half written besides is a leftover.
    _lock: File,
}

impl Series {
    /// None for a single archive.
    pub fn of(target: &Path, keep: Option<usize>) -> anyhow::Result<Option<Self>> {
        if keep == Some(0) {
            bail!("--keep 0 would keep nothing");
        }
        if !target.is_dir() {
            if keep.is_some() {
                bail!("--keep needs a folder: {} is none", target.display());
            }
            return Ok(None);
        }
        let lock = File::create(target.join(".biaogan-backup.lock"))
            .with_context(|| format!("cannot write in {}", target.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("another backup is being written there"),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        Ok(Some(Self {
            folder: target.to_owned(),
            keep,
            _lock: lock,
        }))
    }

    /// Where the next one goes: `biaogan-20261127T031500Z.tar`.
    pub fn next(&self) -> PathBuf {
        self.folder.join(named(clock::real_now()))
    }

    /// The newest stay; leftovers of backups that were cut off go, too.
    pub fn remove_old(&self) -> anyhow::Result<()> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if let Some(whole) = name.strip_suffix(".partial") {
                if is_named(whole) {
                    super::remove(&self.folder.join(&name))?;
                }
            } else if is_named(&name) {
                names.push(name);
            }
        }
        names.sort();
        let keep = self.keep.unwrap_or(usize::MAX);
        let old = names.len().saturating_sub(keep);
        for name in names.iter().take(old) {
            fs::remove_file(self.folder.join(name))?;
            super::super::say(&format!("removed {name}"))?;
        }
        Ok(())
    }
}

fn named(at: clock::Instant) -> String {
    let digits: String = at
        .to_string()
        .chars()
        .take(19)
        .filter(|c| c.is_ascii_digit() || *c == 'T')
        .collect();
    format!("{PREFIX}{digits}Z{ENDING}")
}

/// Only what [`named`] makes: nothing else in the folder is touched.
fn is_named(name: &str) -> bool {
    name.strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_suffix(ENDING))
        .is_some_and(|time| {
            time.len() == 16
                && time.bytes().enumerate().all(|(at, byte)| match at {
                    8 => byte == b'T',
                    15 => byte == b'Z',
                    _ => byte.is_ascii_digit(),
                })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_time_and_nothing_else_is_one() {
        let at = "2026-11-27T03:15:00.123456Z".parse().unwrap();
        assert_eq!(named(at), "biaogan-20261127T031500Z.tar");
        assert!(is_named(&named(at)));
        for other in [
            "biaogan.tar",
            "biaogan-20261127T031500Z.tar.gz",
            "biaogan-20261127.tar",
            "x",
        ] {
            assert!(!is_named(other), "{other}");
        }
    }
}
