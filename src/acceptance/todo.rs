//! What waits in an acceptance, and for whom.

use super::{AcceptanceState, store};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::text::quoted;
use crate::todo::Todo;
use crate::who::{Actor, Role};

/// Sheets to hand in for the panel, a number to confirm for the supervisor, a running acceptance for the office, a closed
/// one for the secretary.
pub fn todos(c: &mut Conn, actor: &Actor, _now: Instant) -> Result<Vec<Todo>> {
    let Ok(person) = actor.person() else {
        return Ok(Vec::new());
    };
    let todo = |what: String, why: &str, href: String, label: &str| Todo {
        due: None,
        what,
        why: why.to_owned(),
        href,
        action_label: label.to_owned(),
        late: false,
    };
    let mut all = Vec::new();
    if actor.has(Role::Reviewer) {
        for (acceptance, title) in store::marking(c, person.user_id)? {
            all.push(todo(
                format!("给{}实地评分", quoted(&title)),
                "您是这个项目的验收组成员。",
                format!("/acceptances/{}/score_sheet", acceptance.id),
                "去评分",
            ));
        }
    }
    let running = actor.paths_of(&[Role::Office]);
    for (acceptance, title) in store::waiting(c, running, AcceptanceState::Open, false)? {
        all.push(todo(
            format!("{}正在验收", quoted(&title)),
            "达到规定的票数、问卷和评分表后，由您和督导员一起截止、开箱。",
            format!("/acceptances/{}", acceptance.id),
            "看进展",
        ));
    }
    let watched = actor.paths_of(&[Role::Supervisor]);
    for (acceptance, title) in store::waiting(c, watched, AcceptanceState::Open, true)? {
        all.push(todo(
            format!("核定{}的测评人数", quoted(&title)),
            "您核定以后，党委党建部才能发放投票码。",
            format!("/acceptances/{}", acceptance.id),
            "去核定",
        ));
    }
    let watched = actor.paths_of(&[Role::Supervisor]);
    for (ask, title) in store::asks_waiting(c, watched, false)? {
        all.push(todo(
            format!(
                "同意为{}发放{} {} 个",
                quoted(&title),
                ask.kind.label(),
                ask.count
            ),
            "党委党建部申请的；您同意以后才能生成。",
            format!("/acceptances/{}", ask.acceptance_id),
            "去看看",
        ));
    }
    let running = actor.paths_of(&[Role::Office]);
    for (ask, title) in store::asks_waiting(c, running, true)? {
        all.push(todo(
            format!(
                "生成{}的{} {} 个",
                quoted(&title),
                ask.kind.label(),
                ask.count
            ),
            "督导员已经同意；请当场打印、封好。",
            format!("/acceptances/{}", ask.acceptance_id),
            "去生成",
        ));
    }
    let closed = actor.paths_of(&[Role::CommitteeSecretary]);
    for (acceptance, title) in store::waiting(c, closed, AcceptanceState::Closed, false)? {
        all.push(todo(
            format!("认定{}的验收结果", quoted(&title)),
            "测评已截止，得分已算出。",
            format!("/acceptances/{}", acceptance.id),
            "去认定",
        ));
    }
    Ok(all)
}
