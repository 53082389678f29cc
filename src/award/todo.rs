//! What waits about decisions, publicity and objections, for the home page.

use super::{ObjectionState, store};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::todo::{Due, Todo};
use crate::who::{Actor, Role};

pub fn todos(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let mut all = Vec::new();
    if actor.has(Role::Office) || actor.has(Role::Supervisor) {
        objections(c, actor, now, &mut all)?;
    }
    if actor.has(Role::CommitteeSecretary) {
        let scored = store::undecided(c, &actor.paths_of(&[Role::CommitteeSecretary]))?;
        all.extend(scored.into_iter().map(|(round, title)| {
            Todo::new(
                format!("决定中标：{title}"),
                "评分已锁定，排名已算出。",
                format!("/rounds/{round}/decision"),
                "去决定",
            )
        }));
    }
    Ok(all)
}

/// Objections that wait for an answer: all for the office, those past their day for the supervisor.
fn objections(c: &mut Conn, actor: &Actor, now: Instant, all: &mut Vec<Todo>) -> Result<()> {
    let today = clock::local_date(now);
    let office = actor.paths_of(&[Role::Office]);
    let supervised = actor.paths_of(&[Role::Supervisor]);
    for (objection, title, path) in store::objections_waiting(c, &office, &supervised, today)? {
        let late = today > objection.due_on;
        let office = actor.holds(Role::Office, &path);
        let what = match (office, objection.state) {
            (false, _) => "异议逾期未答复",
            (true, ObjectionState::Lodged) => "受理并答复异议",
            (true, _) => "答复异议",
        };
        all.push(Todo {
            due: Some(Due::On(objection.due_on)),
            what: format!("{what}：{title}"),
            why: "异议没有答复，批次不能办结，合同不能签订。".to_owned(),
            href: format!("/rounds/{}/objections", objection.round_id),
            action_label: if office { "去答复" } else { "去看" }.to_owned(),
            late,
        });
    }
    Ok(())
}
