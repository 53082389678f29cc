//! The command line: one subcommand a file or a few lines. Messages for operators are in English, a line each.

mod accounts;
mod backup;
mod demo;
mod generate;
mod logging;
mod serve;
mod trail;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};

use crate::clock::Clock;
use crate::config::Config;
use crate::db::heads::HeadsFile;
use crate::db::{Db, Manager, migrate};
use crate::numbers::result_file;
use crate::who::Role;
use crate::{audit, check, openapi};

#[derive(Parser)]
#[command(
    name = "biaogan",
    version,
    about = "Biaogan 标杆: runs a party committee's innovation projects like an honest tender"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve by configuration: BIAOGAN_* in the environment, or biaogan.toml
    Serve,
    /// The sample company with a clock that can be moved: made once, then served
    Demo {
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: String,
        #[arg(long, default_value = "./demo-data")]
        data: PathBuf,
    },
    /// Load a folder such as seed/ into an empty database, through the same actions as users'
    Seed { folder: PathBuf },
    /// A synthetic company of any size, for load tests, into an empty database
    Generate(generate::Generate),
    /// Bring the database's schema up to date
    Migrate {
        /// Only say what is to be done; exit 1 if anything is
        #[arg(long)]
        check: bool,
    },
    /// Accounts from the shell
    #[command(subcommand)]
    User(UserCommand),
    /// Run every invariant over live data; exit 1 and one line a finding
    Check,
    /// The audit trail
    #[command(subcommand)]
    Audit(trail::AuditCommand),
    /// Print the OpenAPI document
    Openapi,
    /// What has to do with evaluations
    #[command(subcommand)]
    Evaluation(EvaluationCommand),
    /// Verify a proof (存证文件) without any database: the event it tells of stood in the trail when the heads were signed
    Verify(trail::VerifyProof),
    /// Copy database, files and audit heads into one verified archive, while the service runs
    Backup {
        /// The archive; or a folder, in which it is named by the time
        file: PathBuf,
        /// Of a folder's archives the newest so many stay
        #[arg(long)]
        keep: Option<usize>,
    },
    /// Verify a backup and bring it back where nothing is yet; nothing is changed if anything is wrong with it
    Restore { file: PathBuf },
}

#[derive(Subcommand)]
enum UserCommand {
    /// Add a person with an account; the password is read from BIAOGAN_PASSWORD or the first line of standard input
    Add(AddUser),
    /// Grant an account a role: where there is no second administrator to confirm it
    Grant {
        username: String,
        #[arg(long)]
        role: Role,
        /// Code of the organization it is held at; the person's own unless told
        #[arg(long)]
        at: Option<String>,
    },
    /// Set a one-time password, read likewise, and end all sessions of the account
    Password { username: String },
    /// Disable an account and end its sessions
    Disable { username: String },
    /// Takes up an account again, without a password: `user password` sets one
    Enable { username: String },
}

#[derive(Args)]
struct AddUser {
    username: String,
    /// The person's name; the username unless told
    #[arg(long)]
    name: Option<String>,
    /// Unique; the username unless told
    #[arg(long)]
    staff_number: Option<String>,
    #[arg(long, default_value = "工作人员")]
    post: String,
    /// Code of the organization the person belongs to, the first committee unless told; an empty database gets one
    #[arg(long)]
    organization: Option<String>,
    /// Name of that first committee
    #[arg(long)]
    organization_name: Option<String>,
    /// A role to grant; may be given more than once
    #[arg(long = "role")]
    roles: Vec<Role>,
    /// Code of the organization the roles are held at; the person's own unless told
    #[arg(long)]
    at: Option<String>,
}

#[derive(Subcommand)]
enum EvaluationCommand {
    /// Compute the ranking from an exported result file alone; exit 1 if it differs from the one in the file
    Recompute { file: PathBuf },
}

/// What this process writes is for its own account alone, and its memory is written nowhere: not even when it crashes.
fn keep_to_itself() {
    use rustix::fs::Mode;
    use rustix::process::{Resource, Rlimit, setrlimit, umask};
    umask(Mode::RWXG | Mode::RWXO);
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    if let Err(error) = setrlimit(Resource::Core, none) {
        log::warn!("core dumps cannot be turned off: {error}");
    }
}

/// Runs the command line.
pub fn run() -> ExitCode {
    keep_to_itself();
    match logging::begin().and_then(|()| dispatch(Cli::parse().command)) {
        Ok(code) => code,
        Err(error) => {
            for line in format!("{error:#}").lines() {
                eprintln!("biaogan: {line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve => serve::serve(),
        Command::Demo { listen, data } => demo::demo(&listen, &data),
        Command::Seed { folder } => demo::seed(folder),
        Command::Generate(wanted) => generate::run(&wanted),
        Command::Migrate { check } => migrate(check),
        Command::User(UserCommand::Add(user)) => accounts::add(&user),
        Command::User(UserCommand::Grant { username, role, at }) => {
            accounts::grant(&username, role, at.as_deref())
        }
        Command::User(UserCommand::Password { username }) => accounts::password(&username),
        Command::User(UserCommand::Disable { username }) => accounts::disable(&username),
        Command::User(UserCommand::Enable { username }) => accounts::enable(&username),
        Command::Check => {
            let (config, db) = open()?;
            findings(check::run(&db, &config.files)?, "every invariant holds")
        }
        Command::Audit(command) => trail::run(command),
        Command::Verify(asked) => trail::verify_proof(&asked),
        Command::Openapi => {
            say(openapi::json()?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Evaluation(EvaluationCommand::Recompute { file }) => recompute(&file),
        Command::Backup { file, keep } => backup::backup(&file, keep),
        Command::Restore { file } => backup::restore(&file),
    }
}

/// A line, or a document, on standard output. Where it is closed or full, the command ends with an error.
fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .context("cannot write to standard output")
}

/// One line a finding, or that there is none.
fn findings(found: Vec<String>, none: &str) -> anyhow::Result<ExitCode> {
    if found.is_empty() {
        say(&format!("ok: {none}"))?;
        return Ok(ExitCode::SUCCESS);
    }
    for line in found {
        say(&line)?;
    }
    Ok(ExitCode::FAILURE)
}

/// The configuration of a command that needs only the database: nobody has to have a secret for it.
fn database_config() -> anyhow::Result<Config> {
    let (config, faults) = Config::read();
    let faults: Vec<String> = faults
        .into_iter()
        .filter(|fault| !fault.starts_with("BIAOGAN_SECRET_FILE"))
        .collect();
    if faults.is_empty() {
        Ok(config)
    } else {
        bail!("{}", faults.join("\n"));
    }
}

/// The database, up to date.
/// The configuration of a command that writes what the server's secret protects.
fn whole_config() -> anyhow::Result<Config> {
    let (config, faults) = Config::read();
    if faults.is_empty() {
        Ok(config)
    } else {
        bail!("{}", faults.join("\n"));
    }
}

fn open() -> anyhow::Result<(Config, Db)> {
    let config = database_config()?;
    if let Some(fault) = unmigrated(&config.database_url)? {
        bail!("{fault}");
    }
    let db = Db::open(
        &config.database_url,
        Clock::real(),
        HeadsFile::new(&config.heads_file),
        audit::trail(&config.secret),
    )?;
    Ok((config, db))
}

/// The same for a command that writes: from the first one on, the trail vouches for every row.
fn open_to_write() -> anyhow::Result<(Config, Db)> {
    let (config, db) = open()?;
    audit::begin(&db)?;
    Ok((config, db))
}

/// Says so if the schema is not up to date. An SQLite file that is not there is not made by looking.
fn unmigrated(url: &str) -> anyhow::Result<Option<String>> {
    if let Some(path) = url.strip_prefix("sqlite:")
        && !std::path::Path::new(path).exists()
    {
        return Ok(Some(format!(
            "there is no database at {path}; run `biaogan migrate`"
        )));
    }
    let pending = migrate::pending(url)?;
    Ok((!pending.is_empty()).then(|| {
        format!(
            "the database is {} migration(s) behind; run `biaogan migrate`",
            pending.len()
        )
    }))
}

fn migrate(check: bool) -> anyhow::Result<ExitCode> {
    let config = database_config()?;
    if check {
        let found = unmigrated(&config.database_url)?;
        return findings(found.into_iter().collect(), "the schema is up to date");
    }
    make_folder(&config.database_url)?;
    Manager::new(&config.database_url)?;
    for name in audit::bring_up(
        &config.database_url,
        HeadsFile::new(&config.heads_file),
        &config.secret,
        |_| Ok(Clock::real()),
    )? {
        say(&format!("ran {name}"))?;
    }
    say("ok: the schema is up to date")?;
    Ok(ExitCode::SUCCESS)
}

/// The folder an SQLite database is to lie in.
fn make_folder(url: &str) -> anyhow::Result<()> {
    if let Some(path) = url.strip_prefix("sqlite:")
        && let Some(folder) = std::path::Path::new(path).parent()
        && !folder.as_os_str().is_empty()
    {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
    }
    Ok(())
}

fn recompute(file: &std::path::Path) -> anyhow::Result<ExitCode> {
    let size = std::fs::metadata(file)
        .with_context(|| format!("cannot read {}", file.display()))?
        .len();
    if size > u64::try_from(result_file::MAX_BYTES).unwrap_or(u64::MAX) {
        bail!(
            "{} is larger than {} bytes",
            file.display(),
            result_file::MAX_BYTES
        );
    }
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let result = result_file::ResultFile::from_json(&text).map_err(anyhow::Error::msg)?;
    let ranking = result_file::recompute(&result).map_err(anyhow::Error::msg)?;
    say(result_file::ranking_json(&ranking)
        .map_err(anyhow::Error::msg)?
        .trim_end())?;
    let differences = result_file::differences(&result);
    for line in &differences {
        eprintln!("biaogan: {line}");
    }
    Ok(if differences.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
