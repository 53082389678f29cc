//! `user add`, `user password`, `user disable`, `user enable`: the same actions as in the browser, done by the system.

use std::io::BufRead;
use std::process::ExitCode;

use anyhow::{Context, bail};

use super::AddUser;
use crate::config::Config;
use crate::db::Db;
use crate::error::Error;
use crate::ids::{OrganizationId, UserId};
use crate::people::{
    self, OrganizationInput, OrganizationKind, PasswordInput, RoleInput, UserInput,
};
use crate::who::{Actor, Role};

/// From `BIAOGAN_PASSWORD`, else the first line of standard input.
fn read_password() -> anyhow::Result<String> {
    if let Ok(password) = std::env::var("BIAOGAN_PASSWORD") {
        return Ok(password);
    }
    eprintln!("password:");
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("cannot read a password")?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.is_empty() {
        bail!("give a password in BIAOGAN_PASSWORD or on standard input");
    }
    Ok(password)
}

/// Field errors as operators read them.
pub fn plainly(error: Error) -> anyhow::Error {
    match error.fields() {
        Some(fields) => {
            let lines: Vec<String> = fields
                .iter()
                .map(|(field, faults)| format!("{field}: {}", faults.join(" ")))
                .collect();
            anyhow::anyhow!("{}", lines.join("\n"))
        }
        None => {
            let refusal = error.refusal();
            if let Error::Internal(cause) = error {
                cause
            } else {
                anyhow::anyhow!("{}{}", refusal.reason, refusal.remedy)
            }
        }
    }
}

pub fn add(user: &AddUser) -> anyhow::Result<ExitCode> {
    let (config, db) = super::open_to_write()?;
    let password = read_password()?;
    let organization = organization(&db, &config, user)?;
    let at = match &user.at {
        None => organization,
        Some(code) => find(&db, code)?,
    };
    let input = UserInput {
        organization_id: organization,
        staff_number: user
            .staff_number
            .clone()
            .unwrap_or_else(|| user.username.clone()),
        name: user.name.clone().unwrap_or_else(|| user.username.clone()),
        post: user.post.clone(),
        username: Some(user.username.clone()),
        password: Some(password),
        credentials: None,
        demo: false,
    };
    let roles = user.roles.clone();
    let made = db
        .write_now(move |tx| {
            let made = people::create_user(tx, &Actor::System, &input)?;
            for role in &roles {
                let role = RoleInput {
                    role: *role,
                    organization_id: at,
                };
                people::grant_role(tx, &Actor::System, made.id, &role)?;
            }
            Ok(made)
        })
        .map_err(plainly)?;
    super::say(&format!("added {} with id {}", user.username, made.id))?;
    Ok(ExitCode::SUCCESS)
}

fn find(db: &Db, code: &str) -> anyhow::Result<OrganizationId> {
    db.read_now(|c| people::organization_by_code(c, code))?
        .map(|organization| organization.id)
        .with_context(|| format!("there is no organization with the code {code}"))
}

/// The person's organization; in an empty database the first committee is made.
fn organization(db: &Db, config: &Config, user: &AddUser) -> anyhow::Result<OrganizationId> {
    if !db.read_now(people::is_empty)? {
        return match &user.organization {
            Some(code) => find(db, code),
            None => Ok(db
                .read_now(people::first_committee)?
                .context("there is no committee")?),
        };
    }
    let name = user
        .organization_name
        .clone()
        .unwrap_or_else(|| config.name.clone());
    let input = OrganizationInput {
        parent_id: None,
        kind: OrganizationKind::Committee,
        short_name: name.chars().take(30).collect(),
        name,
        code: user
            .organization
            .clone()
            .unwrap_or_else(|| "ROOT".to_owned()),
        position: None,
    };
    let made = db
        .write_now(move |tx| people::create_organization(tx, &Actor::System, &input))
        .map_err(plainly)?;
    super::say(&format!(
        "made the first committee {} ({})",
        made.name, made.code
    ))?;
    Ok(made.id)
}

fn account(db: &Db, username: &str) -> anyhow::Result<UserId> {
    db.read_now(|c| people::user_by_username(c, username))?
        .map(|user| user.id)
        .with_context(|| format!("there is no account {username}"))
}

pub fn grant(username: &str, role: Role, at: Option<&str>) -> anyhow::Result<ExitCode> {
    let (_, db) = super::open_to_write()?;
    let id = account(&db, username)?;
    let organization_id = match at {
        Some(code) => find(&db, code)?,
        None => db.read_now(move |c| people::user(c, id))?.organization_id,
    };
    let input = RoleInput {
        role,
        organization_id,
    };
    db.write_now(move |tx| people::grant_role(tx, &Actor::System, id, &input))
        .map_err(plainly)?;
    super::say(&format!("granted {username} {role}"))?;
    Ok(ExitCode::SUCCESS)
}

pub fn password(username: &str) -> anyhow::Result<ExitCode> {
    let (_, db) = super::open_to_write()?;
    let id = account(&db, username)?;
    let input = PasswordInput {
        password: read_password()?,
        current: None,
        credentials: None,
        own_key: None,
    };
    db.write_now(move |tx| people::set_password(tx, &Actor::System, id, &input))
        .map_err(plainly)?;
    super::say(&format!(
        "set a one-time password for {username}: it has to be changed at the first login; its sessions have ended"
    ))?;
    Ok(ExitCode::SUCCESS)
}

pub fn disable(username: &str) -> anyhow::Result<ExitCode> {
    let (_, db) = super::open_to_write()?;
    let id = account(&db, username)?;
    db.write_now(move |tx| people::disable_user(tx, &Actor::System, id))
        .map_err(plainly)?;
    super::say(&format!("disabled {username}; its sessions have ended"))?;
    Ok(ExitCode::SUCCESS)
}

pub fn enable(username: &str) -> anyhow::Result<ExitCode> {
    let (_, db) = super::open_to_write()?;
    let id = account(&db, username)?;
    db.write_now(move |tx| people::enable_user(tx, &Actor::System, id))
        .map_err(plainly)?;
    super::say(&format!(
        "enabled {username}; `biaogan user password {username}` sets a password"
    ))?;
    Ok(ExitCode::SUCCESS)
}
