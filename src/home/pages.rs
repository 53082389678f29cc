//! `/home`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::Timelike;
use serde::Serialize;

use crate::clock::{self, Instant};
use crate::error::Result;
use crate::help;
use crate::ids::OrganizationId;
use crate::people;
use crate::session::Who;
use crate::web::{App, Page};
use crate::who::Actor;

#[derive(Serialize)]
struct Duty {
    role: &'static str,
    organization: String,
}

#[derive(Serialize)]
struct Guide {
    href: String,
    label: &'static str,
}

/// `GET /home`
pub async fn show(app: Data<App>, req: HttpRequest, who: Who) -> Result<HttpResponse> {
    let asked = app.clone();
    app.private_page(&req, who, move |c, actor, now| {
        let todos = super::todos(&asked, c, actor, now)?;
        let late = todos.iter().filter(|todo| todo.late).count();
        let lead = match todos.first() {
            Some(first) if late > 0 => {
                format!("其中 {late} 件已逾期，最急的是：{}。", first.what)
            }
            Some(first) => format!("最先到期的是：{}。", first.what),
            None => String::new(),
        };
        let at: Vec<OrganizationId> = actor
            .grants()
            .iter()
            .map(|grant| grant.organization_id)
            .collect();
        let names = people::names(c, &at)?;
        let duties: Vec<Duty> = actor
            .grants()
            .iter()
            .map(|grant| Duty {
                role: grant.role.label(),
                organization: names
                    .get(&grant.organization_id)
                    .cloned()
                    .unwrap_or_default(),
            })
            .collect();
        let (next_href, next_label) = next_step(actor);
        Ok(Page::new("home/show.html")
            .with("greeting", greeting(now))
            .with("lead", &lead)
            .with("todos", &todos)
            .with("duties", &duties)
            .with("guides", &guides(actor))
            .with("next_href", next_href)
            .with("next_label", next_label))
    })
    .await
}

fn greeting(now: Instant) -> &'static str {
    match clock::local(now).hour() {
        5..=11 => "上午好",
        12..=17 => "下午好",
        _ => "晚上好",
    }
}

fn guides(actor: &Actor) -> Vec<Guide> {
    let mut keys: Vec<&'static str> = Vec::new();
    for grant in actor.grants() {
        if !keys.contains(&grant.role.as_str()) {
            keys.push(grant.role.as_str());
        }
    }
    keys.push(help::MEMBER);
    keys.into_iter()
        .filter_map(|key| {
            Some(Guide {
                href: format!("/help/{key}"),
                label: help::guide(key)?.title.as_str(),
            })
        })
        .collect()
}

/// Where to go when nothing waits.
fn next_step(actor: &Actor) -> (&'static str, &'static str) {
    use crate::who::Role;
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
