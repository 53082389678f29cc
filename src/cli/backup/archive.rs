//! Writing and reading the archive, an entry at a time; each is measured on its way.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};
use tar::{Builder, Header};

use super::manifest::{Entry, MANIFEST, Manifest, SEAL};
use crate::crypto::{sha256_hex, to_hex};

/// Measures what is read through it.
struct Measured<R> {
    inner: R,
    hash: Sha256,
    size: u64,
}

impl<R: Read> Measured<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            hash: Sha256::new(),
            size: 0,
        }
    }

    fn entry(self, name: &str) -> Entry {
        Entry {
            name: name.to_owned(),
            size: self.size,
            sha256: to_hex(&self.hash.finalize()),
        }
    }
}

impl<R: Read> Read for Measured<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.hash.update(into.get(..read).unwrap_or_default());
        self.size += read as u64;
        Ok(read)
    }
}

pub struct Archive {
    tar: Builder<BufWriter<File>>,
    manifest: Manifest,
}

impl Archive {
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        let file = super::private_file(path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self {
            tar: Builder::new(BufWriter::new(file)),
            manifest: Manifest::default(),
        })
    }

    fn append(&mut self, name: &str, size: u64, from: impl Read) -> anyhow::Result<Entry> {
        let mut header = Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o600);
        // A file that grows does so behind what was measured; one that shrinks leaves too little.
        let mut from = Measured::new(from.take(size));
        self.tar
            .append_data(&mut header, name, &mut from)
            .with_context(|| format!("cannot write {name} into the archive"))?;
        let entry = from.entry(name);
        if entry.size != size {
            bail!("{name} shrank while it was read");
        }
        Ok(entry)
    }

    pub fn bytes(&mut self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let entry = self.append(name, u64::try_from(bytes.len())?, bytes)?;
        self.manifest.entries.push(entry);
        Ok(())
    }

    pub fn file(&mut self, name: &str, file: File) -> anyhow::Result<Entry> {
        let size = file.metadata()?.len();
        let entry = self.append(name, size, file)?;
        self.manifest.entries.push(entry.clone());
        Ok(entry)
    }

    /// The manifest, its seal, and all of it onto the disk.
    pub fn finish(mut self) -> anyhow::Result<()> {
        let (manifest, seal) = self.manifest.written()?;
        self.append(
            MANIFEST,
            u64::try_from(manifest.len())?,
            manifest.as_slice(),
        )?;
        self.append(SEAL, u64::try_from(seal.len())?, seal.as_bytes())?;
        let file = self
            .tar
            .into_inner()?
            .into_inner()
            .map_err(|error| error.into_error())?;
        file.sync_all().context("cannot write the archive")
    }
}

/// Reads an archive to its end and holds it against its manifest. `place` says where an entry goes; None only reads it.
pub fn verify(
    path: &Path,
    place: impl Fn(&Path) -> anyhow::Result<Option<PathBuf>>,
) -> anyhow::Result<()> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut found = Vec::new();
    let (mut manifest, mut seal) = (None, None);
    let broken = "it was cut off or damaged";
    for entry in tar::Archive::new(BufReader::new(file)).entries()? {
        let mut entry = entry.context(broken)?;
        let name = entry.path().context(broken)?.into_owned();
        let shown = name.display().to_string();
        if !entry.header().entry_type().is_file()
            || name
                .components()
                .any(|part| !matches!(part, Component::Normal(_)))
        {
            bail!("{shown} does not belong in a backup");
        }
        if [MANIFEST, SEAL].contains(&shown.as_str()) {
            let mut text = String::new();
            entry
                .read_to_string(&mut text)
                .with_context(|| format!("{broken} at {shown}"))?;
            let read = if shown == SEAL {
                &mut seal
            } else {
                &mut manifest
            };
            if read.replace(text).is_some() {
                bail!("{shown} is in it twice");
            }
            continue;
        }
        let place = place(&name)?;
        let mut from = Measured::new(entry);
        match place {
            None => io::copy(&mut from, &mut io::sink())
                .with_context(|| format!("{broken} at {shown}"))?,
            Some(place) => write_out(&mut from, &place)
                .with_context(|| format!("cannot bring back {shown}"))?,
        };
        found.push(from.entry(&shown));
    }
    let (Some(manifest), Some(seal)) = (manifest, seal) else {
        bail!("it has no manifest: it was cut off, or something else made it");
    };
    if sha256_hex(manifest.as_bytes()) != seal {
        bail!("its manifest was changed");
    }
    let manifest: Manifest =
        serde_json::from_str(&manifest).context("its manifest cannot be read")?;
    match manifest.difference(&found) {
        Some(fault) => bail!("{fault}"),
        None => Ok(()),
    }
}

fn write_out(from: &mut impl Read, place: &Path) -> anyhow::Result<u64> {
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = super::private_file(place)?;
    let bytes = io::copy(from, &mut file)?;
    file.flush()?;
    file.sync_all()?;
    Ok(bytes)
}
