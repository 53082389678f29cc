//! The append-only file of heads, outside the database: the proof against a cut-off tail, and against a database that was
//! set back.
//!
//! One line per committed head: `chain count digest`. The file is only ever appended to, always on a fresh line: what a
//! crash or a full disk left of a line stands alone and is passed over.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::crypto;
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
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    /// Committed heads that could not be written yet.
    text: String,
    /// How long the file was when this process last wrote it: it only grows.
    length: u64,
}

impl HeadsFile {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            waiting: Mutex::default(),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a batch's heads and makes them durable. What cannot be written waits for [`HeadsFile::settle`].
    pub fn append(&self, heads: &[Head]) -> io::Result<()> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        for head in heads {
            let line = format!("{} {} {}\n", head.chain, head.count, head.digest);
            waiting.text.push_str(&line);
        }
        self.write(&mut waiting)
    }

    /// Writes what could not be written before. Nothing more is committed until it can: a head that is lost proves
    /// nothing.
    pub fn settle(&self) -> io::Result<()> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(&mut waiting)
    }

    fn write(&self, waiting: &mut Waiting) -> io::Result<()> {
        if waiting.text.is_empty() {
            return Ok(());
        }
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(&self.path)?;
        if file.metadata()?.len() < waiting.length {
            return Err(io::Error::other("the heads file was cut"));
        }
        if !ends_a_line(&mut file)? {
            file.write_all(b"\n")?;
        }
        file.write_all(waiting.text.as_bytes())?;
        file.sync_data()?;
        waiting.text.clear();
        waiting.length = file.metadata()?.len();
        Ok(())
    }

    /// Every head ever written, in order; what is no whole line is passed over.
    pub fn read(&self) -> io::Result<Written> {
        let mut written = Written {
            path: self.path.clone(),
            length: 0,
            lines: Vec::new(),
        };
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(written),
            Err(error) => return Err(error),
        };
        let (mut reader, mut line) = (BufReader::new(file), Vec::new());
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(written);
            }
            written.length += read as u64;
            if let Some((chain, count, digest)) = line
                .strip_suffix(b"\n")
                .and_then(|line| std::str::from_utf8(line).ok())
                .and_then(parsed)
            {
                written.lines.push(Line {
                    chain,
                    count,
                    digest,
                    end: written.length,
                });
            }
        }
    }
}

/// Also of an empty file.
fn ends_a_line(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn parsed(line: &str) -> Option<(ChainId, i64, [u8; 32])> {
    let mut words = line.split(' ');
    let (chain, count, digest) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || digest.len() != 64 {
        return None;
    }
    let digest = crypto::from_hex(digest).try_into().ok()?;
    Some((ChainId(chain.parse().ok()?), count.parse().ok()?, digest))
}

/// What the file says.
#[derive(Debug, Clone)]
pub struct Written {
    path: PathBuf,
    /// Bytes of it.
    pub length: u64,
    pub lines: Vec<Line>,
}

/// One head in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    pub chain: ChainId,
    pub count: i64,
    pub digest: [u8; 32],
    /// Where in the file the line ends.
    pub end: u64,
}

impl Written {
    /// SHA-256 of the file's first bytes; None if it has not so many.
    pub fn digest_of_first(&self, length: u64) -> io::Result<Option<String>> {
        if length > self.length {
            return Ok(None);
        }
        let mut hash = Sha256::new();
        if length > 0 {
            let mut rest = File::open(&self.path)?.take(length);
            let mut part = vec![0; 64 * 1024];
            loop {
                let read = rest.read(&mut part)?;
                if read == 0 {
                    break;
                }
                hash.update(part.get(..read).unwrap_or_default());
            }
        }
        Ok(Some(crypto::to_hex(&hash.finalize())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(count: i64) -> Head {
        Head {
            chain: ChainId(7),
            count,
            digest: crypto::sha256_hex(&count.to_be_bytes()),
        }
    }

    fn counts(file: &HeadsFile) -> Vec<(i64, i64)> {
        let written = file.read().unwrap();
        written
            .lines
            .iter()
            .map(|line| (line.chain.0, line.count))
            .collect()
    }

    fn fresh(name: &str) -> (PathBuf, HeadsFile) {
        let path = std::env::temp_dir().join(format!("{name}-{}", crate::ids::random_hex()));
        (path.clone(), HeadsFile::new(path))
    }

    #[test]
    fn a_line_torn_anywhere_spoils_no_other() {
        let (path, file) = fresh("biaogan-heads");
        file.append(&[head(1), head(2)]).unwrap();
        let whole = std::fs::read(&path).unwrap();
        let second = whole.len() / 2;
        for cut in second..=whole.len() {
            std::fs::write(&path, whole.get(..cut).unwrap()).unwrap();
            // After a crash: another process than the one that wrote what was cut.
            HeadsFile::new(&path).append(&[head(3)]).unwrap();
            // Only its line's end is missing: the line is whole.
            let expected = if cut >= whole.len() - 1 {
                vec![(7, 1), (7, 2), (7, 3)]
            } else {
                vec![(7, 1), (7, 3)]
            };
            assert_eq!(counts(&file), expected, "cut at {cut}");
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn what_could_not_be_written_is_written_later() {
        let (path, file) = fresh("biaogan-heads-later");
        std::fs::create_dir(&path).unwrap();
        assert!(file.append(&[head(1)]).is_err());
        assert!(file.settle().is_err());
        std::fs::remove_dir(&path).unwrap();
        file.settle().unwrap();
        file.append(&[head(2)]).unwrap();
        assert_eq!(counts(&file), [(7, 1), (7, 2)]);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn nothing_is_written_after_what_was_cut() {
        let (path, file) = fresh("biaogan-heads-cut");
        file.append(&[head(1), head(2)]).unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, whole.get(..70).unwrap()).unwrap();
        assert!(file.append(&[head(3)]).is_err());
        assert!(file.settle().is_err());
        std::fs::write(&path, &whole).unwrap();
        file.settle().unwrap();
        assert_eq!(counts(&file), [(7, 1), (7, 2), (7, 3)]);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn the_beginning_has_a_digest() {
        let (path, file) = fresh("biaogan-heads-first");
        file.append(&[head(1)]).unwrap();
        let length = file.read().unwrap().length;
        let first = crypto::sha256_hex(&std::fs::read(&path).unwrap());
        file.append(&[head(2)]).unwrap();
        let written = file.read().unwrap();
        assert_eq!(written.digest_of_first(length).unwrap(), Some(first));
        assert_eq!(written.digest_of_first(written.length + 1).unwrap(), None);
        std::fs::remove_file(&path).unwrap();
    }
}
