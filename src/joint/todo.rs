//! What waits about joint bids.

use super::store;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::text::quoted;
use crate::todo::Todo;
use crate::who::Actor;

/// What secretaries are asked.
pub fn todos(c: &mut Conn, actor: &Actor, _now: Instant) -> Result<Vec<Todo>> {
    let own = actor.own_organizations();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store::waiting(c, own)?
        .into_iter()
        .map(|(joint, title, round)| Todo {
            due: None,
            what: format!("答复联合攻关：{}", title.unwrap_or_default()),
            why: format!(
                "{}开始评分以前，请书记答复是否与其他支部合为一个项目。",
                quoted(&round)
            ),
            href: format!("/joint/{joint}"),
            action_label: "去答复".to_owned(),
            late: false,
        })
        .collect())
}
