//! What waits about the result, for the home page.

use super::store;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::todo::Todo;
use crate::who::{Actor, Role};

/// Draws of lots that wait for this person's word, and ranks shared by several bids that nobody has put in order.
pub fn todos(c: &mut Conn, actor: &Actor, _: Instant) -> Result<Vec<Todo>> {
    let mut all = Vec::new();
    let Some(user) = actor.user_id() else {
        return Ok(all);
    };
    if !actor.has(Role::Reviewer) && !actor.has(Role::Supervisor) {
        return Ok(all);
    }
    let paths = actor.paths_of(&[Role::Supervisor]);
    for wait in store::ties_waiting(c, user, &paths)? {
        let (why, action) = if wait.to_reveal {
            ("双方都已承诺，等您揭示口令词。", "去揭示")
        } else if wait.committed {
            continue;
        } else {
            (
                "有申报书得分和各项均分都相同，等您承诺口令词；也可由评审委员会表决。",
                "去办理",
            )
        };
        all.push(Todo {
            due: None,
            what: format!("同分抽签：{}", wait.title),
            why: why.to_owned(),
            href: format!("/rounds/{}/lots", wait.round_id),
            action_label: action.to_owned(),
            late: false,
        });
    }
    Ok(all)
}
