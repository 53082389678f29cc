//! Configuration: environment first, then `biaogan.toml`, then defaults. Everything wrong is said at once, a line each.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::limits::Allowance;

/// The file's keys; each can be given as `BIAOGAN_<KEY>` too.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    database_url: Option<String>,
    listen: Option<String>,
    public_url: Option<String>,
    secret_file: Option<PathBuf>,
    files: Option<PathBuf>,
    heads_file: Option<PathBuf>,
    name: Option<String>,
    smtp_url: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: String,
    pub listen: String,
    pub public_url: String,
    pub secret: Vec<u8>,
    pub files: PathBuf,
    pub heads_file: PathBuf,
    pub name: String,
    pub demo: bool,
    pub limits: Allowance,
}

/// Bytes a secret must have at least.
const SECRET_LENGTH: usize = 32;

impl Config {
    /// Reads the configuration of `serve`, or says everything that is wrong with it.
    pub fn load() -> Result<Self, Vec<String>> {
        let (config, faults) = Self::read();
        if faults.is_empty() {
            Ok(config)
        } else {
            Err(faults)
        }
    }

    /// The configuration as far as it can be read, and what is wrong with it, a line each. Commands that need only the
    /// database use it without a secret.
    pub fn read() -> (Self, Vec<String>) {
        let mut faults = Vec::new();
        let path = std::env::var("BIAOGAN_CONFIG").unwrap_or_else(|_| "biaogan.toml".to_owned());
        let file = read_file(Path::new(&path), &mut faults);
        let text = |name: &str, from_file: Option<String>| {
            std::env::var(format!("BIAOGAN_{name}"))
                .ok()
                .filter(|value| !value.is_empty())
                .or(from_file)
        };
        let place = |name: &str, from_file: Option<PathBuf>| {
            text(name, None).map(PathBuf::from).or(from_file)
        };
        let database_url = text("DATABASE_URL", file.database_url)
            .unwrap_or_else(|| "sqlite:./biaogan-data/biaogan.db".to_owned());
        if let Err(error) = crate::db::Manager::new(&database_url) {
            faults.push(format!("BIAOGAN_DATABASE_URL: {error}"));
        }
        let listen = text("LISTEN", file.listen).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        if listen.parse::<std::net::SocketAddr>().is_err() {
            faults.push(format!("BIAOGAN_LISTEN: `{listen}` is not ADDRESS:PORT"));
        }
        let public_url =
            text("PUBLIC_URL", file.public_url).unwrap_or_else(|| format!("http://{listen}"));
        if !(public_url.starts_with("http://") || public_url.starts_with("https://")) {
            faults.push(format!(
                "BIAOGAN_PUBLIC_URL: `{public_url}` must start with http:// or https://"
            ));
        }
        let secret = match place("SECRET_FILE", file.secret_file) {
            None => {
                faults.push("BIAOGAN_SECRET_FILE: not set; make one with `head -c 48 /dev/urandom | base64 > secret`".to_owned());
                Vec::new()
            }
            Some(path) => read_secret(&path, &mut faults),
        };
        let beside = beside(&database_url);
        let files = place("FILES", file.files).unwrap_or_else(|| beside.join("files"));
        let heads_file =
            place("HEADS_FILE", file.heads_file).unwrap_or_else(|| beside.join("audit-heads.txt"));
        let name = text("NAME", file.name).unwrap_or_else(|| "标杆".to_owned());
        let _mail_comes_later = text("SMTP_URL", file.smtp_url);
        let config = Self {
            database_url,
            listen,
            public_url,
            secret,
            files,
            heads_file,
            name,
            demo: false,
            limits: Allowance::default(),
        };
        (config, faults)
    }

    /// A company that lives in one folder with its own secret: the demo, generated data, tests.
    pub fn in_folder(data: &Path, listen: &str, demo: bool) -> anyhow::Result<Self> {
        std::fs::create_dir_all(data)?;
        let secret_path = data.join("secret");
        if !secret_path.exists() {
            std::fs::write(
                &secret_path,
                format!("{}{}", crate::ids::random_hex(), crate::ids::random_hex()),
            )?;
        }
        Ok(Self {
            database_url: format!("sqlite:{}", data.join("biaogan.db").display()),
            listen: listen.to_owned(),
            public_url: format!("http://{listen}"),
            secret: std::fs::read(&secret_path)?,
            files: data.join("files"),
            heads_file: data.join("audit-heads.txt"),
            name: "国网唐县供电公司党委".to_owned(),
            demo,
            limits: Allowance::default(),
        })
    }
}

fn read_file(path: &Path, faults: &mut Vec<String>) -> File {
    if !path.exists() {
        return File::default();
    }
    let read = std::fs::read_to_string(path).map_err(|error| error.to_string());
    match read.and_then(|text| toml::from_str(&text).map_err(|error| error.message().to_owned())) {
        Ok(file) => file,
        Err(error) => {
            faults.push(format!("{}: {error}", path.display()));
            File::default()
        }
    }
}

fn read_secret(path: &Path, faults: &mut Vec<String>) -> Vec<u8> {
    match std::fs::read(path) {
        Err(error) => {
            faults.push(format!(
                "BIAOGAN_SECRET_FILE: cannot read {}: {error}",
                path.display()
            ));
            Vec::new()
        }
        Ok(secret) => {
            let trimmed = secret.trim_ascii().to_vec();
            let mut distinct = trimmed.clone();
            distinct.sort_unstable();
            distinct.dedup();
            if trimmed.len() < SECRET_LENGTH || distinct.len() < 10 {
                faults.push(format!(
                    "BIAOGAN_SECRET_FILE: the secret is weak; give at least {SECRET_LENGTH} random bytes"
                ));
            }
            trimmed
        }
    }
}

/// The folder of an SQLite database, else the working folder's `biaogan-data`.
fn beside(database_url: &str) -> PathBuf {
    database_url
        .strip_prefix("sqlite:")
        .and_then(|path| Path::new(path).parent())
        .map_or_else(|| PathBuf::from("biaogan-data"), Path::to_path_buf)
}
