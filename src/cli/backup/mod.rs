//! `backup` and `restore`: database, attachments and audit heads in one tar archive.
//!
//! What makes the copy consistent while the service runs is its order: heads first, so that every head in it is of an
//! event in the copied database; then the database, in one go; then the files that this copy names, which were on disk
//! before their rows and of which none is removed meanwhile. The manifest comes last, with every entry's size and digest: an archive without it was cut off.
//!
//! Both write aside, verify what they wrote and rename it: what has its name is whole.

mod archive;
mod keep;
mod manifest;
mod restore;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::clock;
use crate::db::heads::HeadsFile;
use crate::db::{Backend, Db, Manager, dialect, settings};
use crate::files::{self, Hold, Stored};

use archive::Archive;
pub use restore::restore;

const DATABASE: &str = "biaogan.db";
const HEADS: &str = "audit-heads.txt";
const FILES: &str = "files";

/// The path of the SQLite database; PostgreSQL has tools of its own.
fn sqlite_path(url: &str) -> anyhow::Result<PathBuf> {
    match Manager::new(url)?.backend() {
        Backend::Sqlite => Ok(PathBuf::from(
            url.strip_prefix("sqlite:").unwrap_or_default(),
        )),
        Backend::Postgres => bail!(
            "this command is for SQLite; on PostgreSQL copy BIAOGAN_HEADS_FILE first, then use pg_dump, then copy \
             BIAOGAN_FILES; an empty file .hold in BIAOGAN_FILES keeps files from being removed meanwhile"
        ),
    }
}

/// A folder or file that is gone when this is dropped, unless it got its name.
struct Aside(PathBuf);

impl Aside {
    /// Leftovers of an earlier run go first.
    fn new(path: PathBuf) -> anyhow::Result<Self> {
        remove(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        Ok(Self(path))
    }

    fn folder(path: PathBuf) -> anyhow::Result<Self> {
        let aside = Self::new(path)?;
        private_folder(&aside.0).with_context(|| format!("cannot make {}", aside.0.display()))?;
        Ok(aside)
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.0) {
            log::warn!("cannot remove {}: {error}", self.0.display());
        }
    }
}

fn remove(path: &Path) -> std::io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// For its owner only.
fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A new file that its owner alone may read.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).read(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A rename is durable once its folder is.
fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        // Not every system lets a folder be opened.
        if let Ok(folder) = File::open(folder)
            && let Err(error) = folder.sync_all()
        {
            log::warn!("cannot make a rename durable: {error}");
        }
    }
}

/// Writes one archive; with `keep`, into a folder of them, of which the newest so many stay.
pub fn backup(target: &Path, keep: Option<usize>) -> anyhow::Result<ExitCode> {
    sqlite_path(&super::database_config()?.database_url)?;
    let (config, db) = super::open()?;
    let series = keep::Series::of(target, keep)?;
    let target = series
        .as_ref()
        .map_or(target.to_owned(), keep::Series::next);
    if target.exists() {
        bail!("{} exists; choose another name", target.display());
    }
    let mut name = target.clone().into_os_string();
    name.push(".partial");
    let aside = Aside::folder(PathBuf::from(name))?;
    let archive = aside.0.join("archive.tar");
    write(&db, &config.files, &aside.0, &archive)?;
    archive::verify(&archive, |_| Ok(None)).context("the archive was not written well")?;
    fs::rename(&archive, &target)?;
    sync_folder(&target);
    let now = clock::real_now().to_string();
    if let Err(error) = db.write_now(move |tx| settings::write(tx, settings::BACKUP, &now)) {
        log::warn!("the time of this backup is not noted: {error}");
    }
    super::say(&format!("wrote {}", target.display()))?;
    if let Some(series) = series {
        series.remove_old()?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write(db: &Db, files: &Path, aside: &Path, path: &Path) -> anyhow::Result<()> {
    let copy = aside.join(DATABASE);
    let mut archive = Archive::create(path)?;
    archive.bytes(HEADS, &heads(db.heads())?)?;
    let _held = Hold::take(files)?;
    // It takes an empty file for none, and keeps its rights.
    private_file(&copy)?;
    dialect::copy_into(&mut *db.connection()?, &copy.display().to_string())?;
    let stored = {
        let mut conn = Manager::reading(&copy)?;
        if let Some(fault) = dialect::damage(&mut conn)? {
            bail!("the database is damaged: {fault}");
        }
        files::stored_files(&mut conn)?
    };
    archive.file(DATABASE, File::open(&copy)?)?;
    for file in &stored {
        let place = file.place();
        let lying = file.open(files).with_context(|| {
            format!("the stored file {place} is missing or cannot be read; run `biaogan check`")
        })?;
        let entry = archive.file(&format!("{FILES}/{place}"), lying)?;
        let lying = Stored {
            size: i64::try_from(entry.size)?,
            sha256: entry.sha256,
        };
        if let Some(fault) = file.fault_of(&lying) {
            bail!("the stored file {place} {fault}");
        }
    }
    archive.finish()
}

fn heads(file: &HeadsFile) -> anyhow::Result<Vec<u8>> {
    match fs::read(file.path()) {
        Ok(heads) => Ok(heads),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).context("cannot read the audit heads"),
    }
}
