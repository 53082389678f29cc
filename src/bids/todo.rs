//! What waits for a bidder.

use super::{BidState, keys, store};
use crate::clock::{Instant, show_instant};
use crate::db::Conn;
use crate::error::Result;
use crate::rounds;
use crate::todo::{MOST, Todo};
use crate::who::Actor;

/// Who waits to be let in to the organization's key; open rounds without a submitted bid of one's own, drafts first.
pub fn todos(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let own = actor.own_organizations();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let mut todos = keys::todos(c, actor, now)?;
    let rounds = rounds::actions::open_to_bids(c, actor, MOST, now)?;
    let bids = store::own_in_rounds(c, rounds.iter().map(|round| round.id).collect(), &own)?;
    for round in &rounds {
        let mine: Vec<_> = bids.iter().filter(|bid| bid.0 == round.id).collect();
        let draft = mine
            .iter()
            .find(|bid| matches!(bid.2, BidState::Draft | BidState::Withdrawn));
        let todo = match draft {
            Some((_, bid, _)) => Todo::new(
                format!("完成申报书：{}", round.title),
                "草稿还没有提交，只有提交了才参加开标。",
                format!("/bids/{bid}"),
                "继续填写",
            ),
            None if mine.is_empty() => Todo::new(
                format!("可以申报：{}", round.title),
                format!("截止{}。", show_instant(round.deadline)),
                format!("/rounds/{}", round.id),
                "去看看",
            ),
            None => continue,
        };
        todos.push(todo.due(round.deadline));
    }
    Ok(todos)
}
