//! What the owner of an account is told.

use super::tried::Tried;
use crate::clock::{Instant, show_instant};
use crate::db::Conn;
use crate::error::Result;
use crate::todo::Todo;
use crate::verbs::Scene;
use crate::who::Actor;

/// Wrong passwords that somebody entered, until it is read.
pub fn todos(c: &mut Conn, actor: &Actor, _: Instant) -> Result<Vec<Todo>> {
    if actor.user_id().is_none() {
        return Ok(Vec::new());
    }
    let tried = Tried::load(c, actor, &())?;
    let (Some(last), Some(first)) = (tried.attempts.first(), tried.attempts.last()) else {
        return Ok(Vec::new());
    };
    let locked = match tried.locked() {
        true => "，并因此锁定过",
        false => "",
    };
    let when = match first.at == last.at {
        true => show_instant(last.at),
        false => format!("{}至{}", show_instant(first.at), show_instant(last.at)),
    };
    Ok(vec![Todo::new(
        format!("知悉：您的口令被输错 {} 次{locked}", tried.attempts.len()),
        format!(
            "{when}，来自 {} 个地址。不是您本人输错的，请告诉系统管理员。",
            tried.addresses()
        ),
        "/account/attempts".to_owned(),
        "看看",
    )])
}
