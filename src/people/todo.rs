//! What waits about accounts.

use chrono::Duration;

use super::shown::{by_whom, doers};
use super::store::{self, UserFilter};
use crate::clock::{Instant, local_date, show_date};
use crate::db::Conn;
use crate::error::Result;
use crate::todo::{MOST, Todo};
use crate::who::{Actor, Role};

/// Days for which a reset is told to those around.
const TOLD_DAYS: i64 = 7;

/// What waits for administrators, and what those around a person are told.
pub fn todos(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let mut all = without_role(c, actor)?;
    all.extend(proposed_roles(c, actor)?);
    all.extend(asked_resets(c, actor, now)?);
    all.extend(told_resets(c, actor, now)?);
    Ok(all)
}

/// Roles that another administrator proposed.
fn proposed_roles(c: &mut Conn, actor: &Actor) -> Result<Vec<Todo>> {
    let paths = actor.paths_of(&[Role::SystemAdmin, Role::SecurityAdmin]);
    let Some(me) = actor.user_id().filter(|_| !paths.is_empty()) else {
        return Ok(Vec::new());
    };
    let waiting = store::pending_below(c, &paths, me, MOST)?;
    Ok(waiting
        .into_iter()
        .map(|(row, name)| {
            Todo::new(
                format!(
                    "确认角色：{name}任{}（{}）",
                    row.role.label(),
                    row.organization
                ),
                row.why.label(),
                format!("/users/{}", row.user_id),
                "去确认",
            )
        })
        .collect())
}

/// Passwords that an administrator of the other role asked to have set anew.
fn asked_resets(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let mut todos = Vec::new();
    for role in [Role::SystemAdmin, Role::SecurityAdmin] {
        let paths = actor.paths_of(&[role]);
        if paths.is_empty() {
            continue;
        }
        let asked = store::asked_below(c, &paths, role, now, MOST)?;
        let names = doers(c, asked.iter().map(|(row, _)| row))?;
        todos.extend(
            asked
                .into_iter()
                .filter(|(row, _)| Some(row.user_id) != actor.user_id())
                .map(|(row, name)| {
                    let by = row.asked_by.and_then(|by| names.get(&by));
                    Todo::new(
                        format!("办理口令重设：{name}"),
                        format!("{}申请：{}", by.map_or("", String::as_str), row.reason),
                        format!("/users/{}", row.user_id),
                        "去办理",
                    )
                    .due(row.until())
                }),
        );
    }
    Ok(todos)
}

/// Passwords that were set anew lately: for the other administrators, and for those who act for the same organization.
fn told_resets(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let paths = actor.paths_of(&[Role::SystemAdmin, Role::SecurityAdmin]);
    let own = actor.own_organizations();
    if paths.is_empty() && own.is_empty() {
        return Ok(Vec::new());
    }
    let since = now - Duration::days(TOLD_DAYS);
    let told = store::resets_told(c, &paths, &own, since, MOST)?;
    let names = doers(c, told.iter().map(|(row, _)| row))?;
    let me = actor.user_id();
    Ok(told
        .into_iter()
        .filter(|(row, _)| ![Some(row.user_id), row.asked_by, row.set_by].contains(&me))
        .map(|(row, name)| {
            let on = row.set_at.map(|at| show_date(local_date(at)));
            Todo::new(
                format!("知悉：{name}的口令已重设"),
                format!(
                    "{}，{}。本人没有要求过的，请立即告诉纪委督导员。",
                    on.unwrap_or_default(),
                    by_whom(&row, &names)
                ),
                format!("/users/{}", row.user_id),
                "看看",
            )
        })
        .collect())
}

/// Accounts that nobody gave a role yet, for the security administrators over them.
fn without_role(c: &mut Conn, actor: &Actor) -> Result<Vec<Todo>> {
    let paths = actor.paths_of(&[Role::SecurityAdmin]);
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let filter = UserFilter {
        paths,
        without_role: true,
        limit: 100,
        ..UserFilter::default()
    };
    let waiting = store::users_page(c, &filter)?;
    let (Some(first), count) = (waiting.first(), waiting.len()) else {
        return Ok(Vec::new());
    };
    Ok(vec![Todo {
        due: None,
        what: format!("为新账号授予角色：{}等 {count} 个账号", first.user.name),
        why: "没有角色的账号登录后什么也办不了。".to_owned(),
        href: "/users?without_role=true".to_owned(),
        action_label: "去授予".to_owned(),
        late: false,
    }])
}
