//! Bringing a backup back: aside, verified, then by its names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::{Aside, DATABASE, FILES, HEADS, archive, sqlite_path, sync_folder};
use crate::audit;
use crate::check;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::heads::HeadsFile;
use crate::db::{Manager, dialect};

pub fn restore(source: &Path) -> anyhow::Result<ExitCode> {
    let config = super::super::database_config()?;
    let database = sqlite_path(&config.database_url)?;
    nothing_is_there(&config, &database)?;
    super::super::make_folder(&config.database_url)?;
    bring_back(source, &config, &database)
        .with_context(|| format!("{} was not restored, nothing was changed", source.display()))?;
    super::super::say(&format!("restored and verified {}", database.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Beside a database, what SQLite left of an earlier one would be taken for its own.
fn nothing_is_there(config: &Config, database: &Path) -> anyhow::Result<()> {
    let mut places = vec![database.to_owned(), config.heads_file.clone()];
    places.extend(["-wal", "-shm", "-journal"].map(|ending| beside(database, ending)));
    for place in places {
        if place.exists() {
            bail!(
                "{} exists; restore only where nothing is yet",
                place.display()
            );
        }
    }
    if config.files.is_dir() && fs::read_dir(&config.files)?.next().is_some() {
        bail!(
            "{} is not empty; restore only where nothing is yet",
            config.files.display()
        );
    }
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn bring_back(source: &Path, config: &Config, database: &Path) -> anyhow::Result<()> {
    // Each beside its place, so that a rename will do.
    let aside = |place: &Path| Aside::new(beside(place, ".restoring"));
    let staged = [
        Aside::folder(beside(&config.files, ".restoring"))?,
        aside(&config.heads_file)?,
        aside(database)?,
    ];
    let [files, heads, copy] = &staged;
    let _logs = [
        aside(&beside(&copy.0, "-wal"))?,
        aside(&beside(&copy.0, "-shm"))?,
    ];
    archive::verify(source, |entry| {
        place_of(entry, &copy.0, &heads.0, &files.0)
            .map(Some)
            .with_context(|| format!("{} does not belong in a backup", entry.display()))
    })?;
    if !copy.0.exists() {
        bail!("it holds no database");
    }
    sound(&copy.0, &heads.0, &files.0, &config.secret)?;
    if config.files.is_dir() {
        fs::remove_dir(&config.files)?;
    }
    // The database is last: without it nothing is served.
    let places = [config.files.as_path(), &config.heads_file, database];
    for (at, (aside, place)) in staged.iter().zip(places).enumerate() {
        let renamed = if aside.0.exists() {
            fs::rename(&aside.0, place)
        } else {
            Ok(())
        };
        if let Err(error) = renamed {
            for (aside, place) in staged.iter().zip(places).take(at) {
                if let Err(error) = fs::rename(place, &aside.0) {
                    log::error!("cannot take {} back: {error}", place.display());
                }
            }
            return Err(error).with_context(|| format!("cannot write {}", place.display()));
        }
        sync_folder(place);
    }
    Ok(())
}

/// Everything that can be held against something else is.
fn sound(copy: &Path, heads: &Path, files: &Path, secret: &[u8]) -> anyhow::Result<()> {
    let url = format!("sqlite:{}", copy.display());
    {
        let mut conn = Manager::reading(copy)?;
        if let Some(fault) = dialect::damage(&mut conn).context("the database cannot be read")? {
            bail!("the database is damaged: {fault}");
        }
    }
    audit::bring_up(&url, HeadsFile::new(heads), secret, |_| Ok(Clock::real()))
        .context("the database cannot be brought up to date")?;
    let mut conn = Manager::new(&url)?.establish()?;
    let findings = check::at_rest(&mut conn, &HeadsFile::new(heads), files)?;
    if let Some(first) = findings.first() {
        bail!("{first} ({} finding(s) in all)", findings.len());
    }
    dialect::analyze(&mut conn)?;
    Ok(())
}

/// Where an entry goes: only names that `backup` writes, nothing above its folder.
fn place_of(entry: &Path, database: &Path, heads: &Path, files: &Path) -> Option<PathBuf> {
    if entry == Path::new(DATABASE) {
        return Some(database.to_owned());
    }
    if entry == Path::new(HEADS) {
        return Some(heads.to_owned());
    }
    let rest = entry.strip_prefix(FILES).ok()?;
    (!rest.as_os_str().is_empty()).then(|| files.join(rest))
}
