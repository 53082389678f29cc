//! What waits about panels, for the home page.

use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::panel::{DrawPurpose, store};
use crate::todo::Todo;
use crate::who::{Actor, Role};

pub fn todos(c: &mut Conn, actor: &Actor, _: Instant) -> Result<Vec<Todo>> {
    let mut all = Vec::new();
    let mut add = |what: String, why: &str, href: String, action: &str| {
        all.push(Todo {
            due: None,
            what,
            why: why.to_owned(),
            href,
            action_label: action.to_owned(),
            late: false,
        });
    };
    if let (true, Some(user)) = (actor.has(Role::Reviewer), actor.user_id()) {
        for (round, title) in store::unanswered(c, user)? {
            add(
                format!("答复评审邀请：{title}"),
                "不能参加的请谢绝，由候补委员接替。",
                format!("/rounds/{round}/panel"),
                "去答复",
            );
        }
    }
    if let (true, Some(user)) = (actor.has(Role::Supervisor), actor.user_id()) {
        let paths = actor.paths_of(&[Role::Supervisor]);
        for ((round, title), purpose) in store::undrawn(c, &paths)? {
            let (what, below) = match purpose {
                DrawPurpose::Panel => ("抽取评审委员", "panel/draw"),
                DrawPurpose::Presentation => ("抽取述标顺序", "presentation"),
            };
            add(
                format!("{what}：{title}"),
                "党建部已准备好，等您输入口令词。",
                format!("/rounds/{round}/{below}"),
                "去抽签",
            );
        }
        for (round, title) in store::lifts_proposed(c, &paths, user)? {
            add(
                format!("确认解除回避：{title}"),
                "党建部提出解除委员的回避，须由您确认或者不同意。",
                format!("/rounds/{round}/recusals"),
                "去确认",
            );
        }
    }
    if actor.has(Role::Office) {
        let paths = actor.paths_of(&[Role::Office]);
        for (round, title) in store::short_of_judges(c, &paths)? {
            add(
                format!("补充候补委员：{title}"),
                "有标的可评的委员不足法定人数，候补委员接替以前不能开始评分，也不能锁定。",
                format!("/rounds/{round}/panel"),
                "去替换",
            );
        }
        for (round, title) in store::vacant(c, &paths)? {
            add(
                format!("替换谢绝邀请的委员：{title}"),
                "席位空缺时不能发布，也不能开始评分。",
                format!("/rounds/{round}/panel"),
                "去替换",
            );
        }
    }
    Ok(all)
}
