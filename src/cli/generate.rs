//! `generate`: a synthetic company for load tests.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::Args;

use crate::audit;
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::db::heads::HeadsFile;
use crate::generate::{self, Size};
use crate::ids;
use crate::web::{App, Asked};

#[derive(Args)]
pub struct Generate {
    #[arg(long)]
    organizations: usize,
    #[arg(long)]
    bids: usize,
    /// People of the branches without an account
    #[arg(long, default_value_t = 0)]
    people: usize,
    /// Announcements beside those that rounds bring with them
    #[arg(long, default_value_t = 0)]
    notices: usize,
    /// The same seed makes the same company
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// A new folder to make it in, instead of the configured database
    #[arg(long)]
    data: Option<PathBuf>,
    /// Password of all accounts; a random one is made and printed unless told
    #[arg(long)]
    password: Option<String>,
}

pub fn run(wanted: &Generate) -> anyhow::Result<ExitCode> {
    let config = match &wanted.data {
        Some(folder) => Config::in_folder(folder, "127.0.0.1:0", false)?,
        None => super::whole_config()?,
    };
    if wanted.data.is_some() {
        audit::bring_up(
            &config.database_url,
            HeadsFile::new(&config.heads_file),
            &config.secret,
            |_| Ok(Clock::real()),
        )?;
    } else if let Some(fault) = super::unmigrated(&config.database_url)? {
        bail!("{fault}");
    }
    let password = wanted
        .password
        .clone()
        .unwrap_or_else(|| format!("{}-a1", ids::random_code(16)));
    let now = clock::real_now();
    let app = App::new(&config, Clock::fixed(now), Asked::default())?;
    let size = Size {
        organizations: wanted.organizations,
        bids: wanted.bids,
        people: wanted.people,
        notices: wanted.notices,
        seed: wanted.seed,
    };
    generate::generate(&app, &size, &password, now)
        .and_then(|()| app.db.analyze_now())
        .map_err(|error| anyhow!("{error}"))?;
    super::say(&format!(
        "made {} organizations and {} bids",
        wanted.organizations, wanted.bids
    ))?;
    super::say(&format!(
        "accounts: office, secretary, supervisor, reviewer1..reviewer7, branch1..; password {password}"
    ))?;
    Ok(ExitCode::SUCCESS)
}
