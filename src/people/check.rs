//! Organizations, accounts, roles, sessions.

use std::collections::HashMap;

use diesel::prelude::*;

use super::OrganizationKind;
use super::rules::{self, Post};
use crate::db::Conn;
use crate::db::schema::{audit_chains, organizations, sessions, user_roles, users};
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use crate::text::{key, spelled};
use crate::web::Check;
use crate::who::Role;

pub const CHECKS: &[(&str, &[Check])] = &[(
    "people",
    &[tree, roles, live_sessions, keys, mergers, order],
)];

type Node = (
    OrganizationId,
    Option<OrganizationId>,
    OrganizationId,
    OrganizationKind,
    String,
);

/// A path is the parent's and the own id; the committee is the nearest at or above; committees have an audit chain.
fn tree(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<Node> = organizations::table
        .select((
            organizations::id,
            organizations::parent_id,
            organizations::committee_id,
            organizations::kind,
            organizations::path,
        ))
        .load(c)?;
    let chains: Vec<Option<OrganizationId>> = audit_chains::table
        .select(audit_chains::committee_id)
        .load(c)?;
    let by_id: HashMap<OrganizationId, &Node> = rows.iter().map(|row| (row.0, row)).collect();
    let mut found = Vec::new();
    for (id, parent, committee, kind, path) in &rows {
        let above = parent.and_then(|parent| by_id.get(&parent));
        let expected = format!("{}{id}/", above.map_or("/", |above| above.4.as_str()));
        if *path != expected {
            found.push(format!(
                "organization {id} has the path {path}, not {expected}"
            ));
        }
        let expected = if *kind == OrganizationKind::Committee {
            *id
        } else {
            above.map_or(OrganizationId(0), |above| above.2)
        };
        if *committee != expected {
            found.push(format!(
                "organization {id} belongs to committee {committee}, not {expected}"
            ));
        }
        if *kind == OrganizationKind::Committee && !chains.contains(&Some(*id)) {
            found.push(format!("committee {id} has no audit chain"));
        }
    }
    Ok(found)
}

/// The three administrators are kept apart from each other and from business, supervisors from their committee's business.
fn roles(c: &mut Conn) -> Result<Vec<String>> {
    type Held = (UserId, Role, OrganizationId, String);
    let rows: Vec<Held> = user_roles::table
        .inner_join(organizations::table)
        .filter(user_roles::revoked_at.is_null())
        .order((user_roles::user_id, user_roles::id))
        .select((
            user_roles::user_id,
            user_roles::role,
            organizations::committee_id,
            organizations::path,
        ))
        .load(c)?;
    let mut held: HashMap<UserId, Vec<Post>> = HashMap::new();
    let mut found = Vec::new();
    for (user, role, committee, path) in &rows {
        let post = Post {
            role: *role,
            committee: *committee,
            path,
        };
        let posts = held.entry(*user).or_default();
        for earlier in posts.iter() {
            if rules::incompatible(*earlier, post).is_some() {
                found.push(format!("user {user} is both {} and {role}", earlier.role));
            }
        }
        posts.push(post);
    }
    Ok(found)
}

/// A disabled account has no live session.
fn live_sessions(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<UserId> = sessions::table
        .inner_join(users::table)
        .filter(users::disabled.eq(true))
        .filter(sessions::revoked_at.is_null())
        .select(users::id)
        .distinct()
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|user| format!("disabled user {user} has a live session"))
        .collect())
}

/// What staff numbers, codes and usernames are known by, and what was told apart by case alone.
fn keys(c: &mut Conn) -> Result<Vec<String>> {
    let codes: Vec<(OrganizationId, String, String)> = organizations::table
        .select((
            organizations::id,
            organizations::code,
            organizations::code_key,
        ))
        .load(c)?;
    let numbers: Vec<(UserId, String, String, Option<String>)> = users::table
        .select((
            users::id,
            users::staff_number,
            users::staff_key,
            users::username,
        ))
        .load(c)?;
    let mut found: Vec<String> = codes
        .iter()
        .filter_map(|(id, code, kept)| known_by("organization", &id.to_string(), code, kept))
        .collect();
    for (id, number, kept, username) in &numbers {
        found.extend(known_by("user", &id.to_string(), number, kept));
        if let Some(username) = username.as_ref().filter(|name| **name != key(name)) {
            found.push(format!(
                "user {id} has the username {username}, which nobody can log in with"
            ));
        }
    }
    Ok(found)
}

fn known_by(what: &str, id: &str, typed: &str, kept: &str) -> Option<String> {
    let expected = key(typed);
    if kept == expected {
        return None;
    }
    Some(match kept.strip_prefix(&format!("{expected}#")) {
        Some(_) => format!(
            "{what} {id} has {typed}, which another {what} has in other case: change one of the two"
        ),
        None => format!("{what} {id} has {typed}, but is known by {kept}"),
    })
}

/// What was merged is disabled, and goes on in something that was not merged itself.
fn mergers(c: &mut Conn) -> Result<Vec<String>> {
    let merged: Vec<(OrganizationId, Option<OrganizationId>, bool)> = organizations::table
        .filter(organizations::successor_id.is_not_null())
        .select((
            organizations::id,
            organizations::successor_id,
            organizations::disabled,
        ))
        .load(c)?;
    let gone: Vec<OrganizationId> = merged.iter().map(|row| row.0).collect();
    let mut found = Vec::new();
    for (id, successor, disabled) in merged {
        if !disabled {
            found.push(format!("organization {id} was merged and is in use"));
        }
        if successor.is_some_and(|successor| gone.contains(&successor)) {
            found.push(format!("organization {id} goes on in one that was merged"));
        }
    }
    Ok(found)
}

/// What lists are ordered by is how the name is read.
fn order(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<(UserId, String, Option<String>, String)> = users::table
        .select((users::id, users::name, users::reading, users::sort_key))
        .load(c)?;
    Ok(rows
        .into_iter()
        .filter(|(_, name, reading, kept)| *kept != spelled(name, reading.as_deref()))
        .map(|(id, name, _, kept)| format!("user {id}, {name}, is ordered as {kept}"))
        .collect())
}
