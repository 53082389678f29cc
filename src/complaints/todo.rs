//! Complaints that wait for an answer: all for the office, those past their day for the supervisor.

use super::store;
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::todo::{Due, Todo};
use crate::who::{Actor, Role};

pub fn todos(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    if !actor.has(Role::Office) && !actor.has(Role::Supervisor) {
        return Ok(Vec::new());
    }
    let today = clock::local_date(now);
    let office = actor.paths_of(&[Role::Office]);
    let supervised = actor.paths_of(&[Role::Supervisor]);
    let waiting = store::waiting(c, &office, &supervised, today)?;
    let line = |(_, due_on, path): (_, _, String)| {
        let own = actor.holds(Role::Office, &path);
        let (what, label) = match own {
            true => ("答复意见箱的意见", "去答复"),
            false => ("意见箱的意见逾期未答复", "去看"),
        };
        Todo {
            due: Some(Due::On(due_on)),
            what: what.to_owned(),
            why: "收到、答复和逾期的件数是公开的。".to_owned(),
            href: "/complaints?state=lodged".to_owned(),
            action_label: label.to_owned(),
            late: today > due_on,
        }
    };
    Ok(waiting.into_iter().map(line).collect())
}
