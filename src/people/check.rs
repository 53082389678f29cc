//! Organizations, accounts, roles, sessions.

use std::collections::HashMap;

use diesel::prelude::*;

use super::OrganizationKind;
use super::rules::{self, Post};
use crate::db::Conn;
use crate::db::schema::{audit_chains, organizations, sessions, user_roles, users};
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use crate::web::Check;
use crate::who::Role;

pub const CHECKS: &[(&str, &[Check])] = &[("people", &[tree, roles, live_sessions])];

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
