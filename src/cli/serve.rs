//! `serve`: the service by configuration.

use std::net::TcpListener;
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::db::heads::HeadsFile;
use crate::people;
use crate::rooms;
use crate::web::App;

/// Refuses to start with anything wrong, and says all of it at once.
pub fn serve() -> anyhow::Result<ExitCode> {
    let (config, mut faults) = Config::read();
    if !faults
        .iter()
        .any(|fault| fault.starts_with("BIAOGAN_DATABASE_URL"))
    {
        faults.extend(database_faults(&config));
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    run(
        &App::new(&config, Clock::real(), rooms::asked())?,
        &config.listen,
    )
}

fn database_faults(config: &Config) -> Vec<String> {
    match super::unmigrated(&config.database_url) {
        Ok(Some(fault)) => return vec![fault],
        Ok(None) => {}
        Err(error) => return vec![format!("BIAOGAN_DATABASE_URL: {error:#}")],
    }
    let demo_accounts = Db::open(
        &config.database_url,
        Clock::real(),
        HeadsFile::new(&config.heads_file),
        crate::audit::trail(&config.secret),
    )
    .and_then(|db| Ok(db.read_now(people::demo_accounts)?));
    match demo_accounts {
        Ok(0) => Vec::new(),
        Ok(count) => vec![format!(
            "the database holds {count} demo account(s), whose password everybody knows; use `biaogan demo` for it, \
             or a database of your own"
        )],
        Err(error) => vec![format!("BIAOGAN_DATABASE_URL: {error:#}")],
    }
}

/// Serves until Ctrl-C or SIGTERM; requests under way are finished.
pub fn run(app: &App, listen: &str) -> anyhow::Result<ExitCode> {
    let listener =
        TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
    super::say(&format!("listening on http://{}", listener.local_addr()?))?;
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    actix_web::rt::System::new().block_on(async {
        app.follow();
        app.sweep();
        if app.demo {
            crate::demo::keep_clock(app);
        }
        app.serve(listener, workers)?.await
    })?;
    super::say("stopped")?;
    Ok(ExitCode::SUCCESS)
}
