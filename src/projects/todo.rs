//! What waits: steps to do, steps to check, and overdue ones that have climbed to this person.

use chrono::{Duration, NaiveDate};

use super::StepState;
use super::rules::{self, Level};
use super::store::{self, Waiting, Waits};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::OrganizationId;
use crate::todo::{Due, MOST, Todo};
use crate::who::{Actor, Role};

pub fn todos(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let today = clock::local_date(now);
    let mut all = Vec::new();
    let own = actor.own_organizations();
    if !own.is_empty() {
        let waiting = store::waiting(c, Waits::ToSubmit(own), MOST)?;
        all.extend(waiting.into_iter().map(to_submit));
    }
    let offices = at(actor, Role::Office);
    if !offices.is_empty() {
        let waiting = store::waiting(c, Waits::ToCheck(offices.clone()), MOST)?;
        all.extend(waiting.into_iter().map(to_check));
        climbed(c, offices, Level::Office, today, &mut all)?;
    }
    let secretaries = at(actor, Role::CommitteeSecretary);
    if !secretaries.is_empty() {
        climbed(c, secretaries, Level::CommitteeSecretary, today, &mut all)?;
    }
    Ok(all)
}

fn at(actor: &Actor, role: Role) -> Vec<OrganizationId> {
    actor
        .grants()
        .iter()
        .filter(|grant| grant.role == role)
        .map(|grant| grant.organization_id)
        .collect()
}

fn href(step: &Waiting) -> String {
    format!("/projects/{}?step={}", step.project_id, step.kind)
}

fn to_submit(step: Waiting) -> Todo {
    let returned = step.state == StepState::Returned;
    Todo {
        due: Some(Due::On(step.ends_on)),
        what: format!(
            "{}“{}”的材料：{}",
            if returned { "补充" } else { "提交" },
            step.kind.label(),
            step.title
        ),
        why: if returned {
            "已退回，补充后再提交。".to_owned()
        } else {
            String::new()
        },
        href: href(&step),
        action_label: if returned { "去补充" } else { "去填写" }.to_owned(),
        late: false,
    }
}

fn to_check(step: Waiting) -> Todo {
    Todo {
        due: None,
        what: format!("核查“{}”：{}", step.kind.label(), step.title),
        why: format!("{}已提交，通过或者退回后才能继续。", step.organization),
        href: href(&step),
        action_label: "去核查".to_owned(),
        late: false,
    }
}

/// Overdue long enough to have climbed to this level.
fn climbed(
    c: &mut Conn,
    committees: Vec<OrganizationId>,
    level: Level,
    today: NaiveDate,
    all: &mut Vec<Todo>,
) -> Result<()> {
    let latest = today - Duration::days(rules::first_day(level));
    for step in store::waiting(c, Waits::OverdueSince(committees, latest), MOST)? {
        all.push(Todo {
            due: Some(Due::On(step.ends_on)),
            what: format!("督办“{}”：{}", step.kind.label(), step.title),
            why: format!(
                "{}逾期，按五级管控由{}督促。",
                step.organization,
                level.label()
            ),
            href: href(&step),
            action_label: "去看".to_owned(),
            late: true,
        });
    }
    Ok(())
}
