//! What waits: a checkpoint, if nobody has signed one for long.

use chrono::Duration;

use super::store;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::todo::Todo;
use crate::who::{Actor, Role};

/// How long one is enough.
const DAYS: i64 = 30;

/// For supervisors, while no checkpoint is younger than a month.
pub fn todos(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    if !actor.has(Role::Supervisor) {
        return Ok(Vec::new());
    }
    let newest = store::list(c, None, 1)?.into_iter().next();
    if newest.is_some_and(|newest| newest.received_at > now - Duration::days(DAYS)) {
        return Ok(Vec::new());
    }
    Ok(vec![Todo {
        due: None,
        what: "给审计记录签一个存证点".to_owned(),
        why: format!(
            "最近 {DAYS} 天没有人签过；签了以后，这以前的回执、开标记录、结果和合同才开得出证明。"
        ),
        href: "/checkpoints".to_owned(),
        action_label: "去签".to_owned(),
        late: false,
    }])
}
