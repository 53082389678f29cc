//! What waits about accounts.

use super::store::{self, UserFilter};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::todo::Todo;
use crate::who::{Actor, Role};

/// Accounts that nobody gave a role yet, for the security administrators over them.
pub fn todos(c: &mut Conn, actor: &Actor, _: Instant) -> Result<Vec<Todo>> {
    let paths = actor.paths_of(&[Role::SecurityAdmin]);
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let filter = UserFilter {
        paths,
        without_role: true,
        limit: 100,
        ..UserFilter::default()
    };
    let waiting = store::users_page(c, &filter)?;
    let (Some(first), count) = (waiting.first(), waiting.len()) else {
        return Ok(Vec::new());
    };
    Ok(vec![Todo {
        due: None,
        what: format!("为新账号授予角色：{}等 {count} 个账号", first.user.name),
        why: "没有角色的账号登录后什么也办不了。".to_owned(),
        href: "/users?without_role=true".to_owned(),
        action_label: "去授予".to_owned(),
        late: false,
    }])
}
