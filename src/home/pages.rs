//! `/home`.

use chrono::Timelike;
use serde_json::{Value, json};

use crate::clock::{self, Instant};
use crate::error::Result;
use crate::help;
use crate::ids::OrganizationId;
use crate::people;
use crate::web::{Ask, Page};
use crate::who::{Actor, Role};

/// `GET /home`
pub fn show(ask: &mut Ask) -> Result<Page> {
    let todos = super::todos(ask)?;
    let (c, actor, now) = ask.parts();
    let late = todos.late;
    let lead = match todos.shown.first() {
        Some(first) if late > 0 => format!("其中 {late} 件已逾期，最急的是：{}。", first.what),
        Some(first) => format!("最先到期的是：{}。", first.what),
        None => String::new(),
    };
    let grants = actor.grants();
    let at: Vec<OrganizationId> = grants.iter().map(|grant| grant.organization_id).collect();
    let names = people::names(c, &at)?;
    let duties: Vec<Value> = grants
        .iter()
        .map(|grant| json!({ "role": grant.role, "organization": names.get(&grant.organization_id) }))
        .collect();
    let (next_href, next_label) = next_step(actor);
    Ok(Page::new("home/show.html")
        .with("greeting", greeting(now))
        .with("lead", &lead)
        .with("todos", &todos.shown)
        .with("count", &todos.count)
        .with("or_more", &todos.or_more)
        .with("left", &(todos.count - todos.shown.len()))
        .with("duties", &duties)
        .with("guides", &guides(actor))
        .with("next_href", next_href)
        .with("next_label", next_label))
}

fn greeting(now: Instant) -> &'static str {
    match clock::local(now).hour() {
        5..=11 => "上午好",
        12..=17 => "下午好",
        _ => "晚上好",
    }
}

fn guides(actor: &Actor) -> Vec<Value> {
    let mut keys: Vec<&str> = Vec::new();
    let held = actor.grants().iter().map(|grant| grant.role.as_str());
    for key in held.chain([help::MEMBER]) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let guide = |key: &str| Some((help::guide(key)?, format!("/help/{key}")));
    keys.into_iter()
        .filter_map(guide)
        .map(|(guide, href)| json!({ "href": href, "label": guide.title }))
        .collect()
}

/// Where to go when nothing waits.
fn next_step(actor: &Actor) -> (&'static str, &'static str) {
    if actor.has(Role::SystemAdmin) || actor.has(Role::SecurityAdmin) {
        ("/users", "看账号")
    } else if actor.has(Role::AuditAdmin) {
        ("/audit", "看审计记录")
    } else if actor.grants().is_empty() {
        ("/help", "看使用说明")
    } else {
        ("/rounds", "看招标批次")
    }
}
