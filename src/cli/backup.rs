//! `backup` and `restore`: database, attachments and audit heads in one tar archive.
//!
//! The order makes the copy consistent while the service runs: heads first, so that every head in the copy is of an
//! event in the copied database; attachments last, because they are written before the row that names them. Nothing is
//! removed from their folder meanwhile.

use std::fs::File;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use tar::{Archive, Builder, Header};

use crate::db::{Backend, Manager, dialect};
use crate::files::Hold;

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
            "this command is for SQLite; on PostgreSQL use pg_dump and pg_restore, and copy BIAOGAN_FILES and \
             BIAOGAN_HEADS_FILE beside the dump; an empty file .hold in BIAOGAN_FILES keeps files from being removed \
             meanwhile"
        ),
    }
}

pub fn backup(target: &Path) -> anyhow::Result<ExitCode> {
    sqlite_path(&super::database_config()?.database_url)?;
    let (config, db) = super::open()?;
    let partial = target.with_extension("partial");
    let copy = target.with_extension("partial-db");
    for leftover in [&partial, &copy] {
        if leftover.exists() {
            std::fs::remove_file(leftover)?;
        }
    }
    if target.exists() {
        bail!("{} exists; choose another name", target.display());
    }
    let mut archive = Builder::new(
        File::create_new(&partial)
            .with_context(|| format!("cannot write {}", partial.display()))?,
    );
    let heads = match std::fs::read(db.heads().path()) {
        Ok(heads) => heads,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error).context("cannot read the audit heads"),
    };
    let mut header = Header::new_gnu();
    header.set_size(u64::try_from(heads.len())?);
    header.set_mode(0o600);
    archive.append_data(&mut header, HEADS, heads.as_slice())?;
    let hold = Hold::take(&config.files)?;
    let mut conn = db.connection()?;
    dialect::copy_into(&mut conn, &copy.display().to_string())?;
    archive.append_path_with_name(&copy, DATABASE)?;
    std::fs::remove_file(&copy)?;
    append_files(&mut archive, &config.files)?;
    drop(hold);
    archive.into_inner()?.sync_all()?;
    std::fs::rename(&partial, target)?;
    println!("wrote {}", target.display());
    Ok(ExitCode::SUCCESS)
}

/// Folder by folder; an upload that is refused meanwhile may be gone when its turn comes.
fn append_files(archive: &mut Builder<File>, files: &Path) -> anyhow::Result<()> {
    for folder in std::fs::read_dir(files)? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(folder.path())? {
            let entry = entry?;
            let mut file = match File::open(entry.path()) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                opened => opened?,
            };
            let name = Path::new(FILES).join(folder.file_name());
            archive.append_file(name.join(entry.file_name()), &mut file)?;
        }
    }
    Ok(())
}

pub fn restore(source: &Path) -> anyhow::Result<ExitCode> {
    let config = super::database_config()?;
    let database = sqlite_path(&config.database_url)?;
    for place in [&database, &config.heads_file] {
        if place.exists() {
            bail!(
                "{} exists; restore only where nothing is yet",
                place.display()
            );
        }
    }
    if config.files.is_dir() && std::fs::read_dir(&config.files)?.next().is_some() {
        bail!(
            "{} is not empty; restore only where nothing is yet",
            config.files.display()
        );
    }
    super::make_folder(&config.database_url)?;
    let mut found = false;
    let archive =
        File::open(source).with_context(|| format!("cannot read {}", source.display()))?;
    for entry in Archive::new(archive).entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let place = place_of(&path, &database, &config.heads_file, &config.files)
            .with_context(|| format!("{} does not belong in a backup", path.display()))?;
        let kind = entry.header().entry_type();
        if kind.is_dir() {
            std::fs::create_dir_all(&place)?;
        } else if kind.is_file() {
            found |= place == database;
            if let Some(folder) = place.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut file = File::create_new(&place)?;
            std::io::copy(&mut entry, &mut file)?;
            file.sync_all()?;
        } else {
            bail!("{} does not belong in a backup", path.display());
        }
    }
    if !found {
        bail!("{} holds no database", source.display());
    }
    println!(
        "restored {}; run `biaogan check` and `biaogan audit verify`",
        database.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// Where an entry goes: only names that `backup` writes, nothing above its folder.
fn place_of(entry: &Path, database: &Path, heads: &Path, files: &Path) -> Option<PathBuf> {
    if entry
        .components()
        .any(|part| !matches!(part, Component::Normal(_)))
    {
        return None;
    }
    if entry == Path::new(DATABASE) {
        return Some(database.to_owned());
    }
    if entry == Path::new(HEADS) {
        return Some(heads.to_owned());
    }
    entry.strip_prefix(FILES).ok().map(|rest| files.join(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_an_archive_lands_outside() {
        let place = |entry: &str| {
            place_of(
                Path::new(entry),
                Path::new("/d/biaogan.db"),
                Path::new("/d/heads"),
                Path::new("/d/files"),
            )
        };
        assert_eq!(place("biaogan.db"), Some(PathBuf::from("/d/biaogan.db")));
        assert_eq!(place("files/ab/c"), Some(PathBuf::from("/d/files/ab/c")));
        for strange in ["../secret", "/etc/passwd", "files/../../x", "other"] {
            assert_eq!(place(strange), None, "{strange}");
        }
    }
}
