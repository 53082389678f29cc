//! What waits in this room, for the home page.

use std::collections::HashSet;

use super::store::Reopened;
use super::{ObjectionState, Seat, VersionKind, store};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::RoundId;
use crate::rounds::{self, RoundState};
use crate::todo::{Due, Todo};
use crate::who::{Actor, Role};

/// Most rounds looked at for one person: those under way.
const ROUNDS: i64 = 50;

pub fn todos(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let mut all = super::panel::todos(c, actor)?;
    if actor.has(Role::Reviewer) {
        reviewers(c, actor, &mut all)?;
    }
    if actor.has(Role::Office) || actor.has(Role::CommitteeSecretary) || actor.has(Role::Supervisor)
    {
        let waiting = objections(c, actor, now, &mut all)?;
        committee(c, actor, now, &waiting, &mut all)?;
    }
    if actor.has(Role::Reviewer) || actor.has(Role::Supervisor) {
        lots(c, actor, &mut all)?;
    }
    Ok(all)
}

/// Draws of lots that wait for this person's word, and ranks shared by several bids that nobody has put in order.
fn lots(c: &mut Conn, actor: &Actor, all: &mut Vec<Todo>) -> Result<()> {
    let Some(user) = actor.user_id() else {
        return Ok(());
    };
    for wait in store::ties_waiting(c, user, ROUNDS)? {
        let supervises = actor.holds(Role::Supervisor, &wait.path);
        if !supervises && wait.seat != Some(Seat::Chair) && !wait.committed {
            continue;
        }
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
    Ok(())
}

/// Bids to score, and for the chair the end of scoring.
fn reviewers(c: &mut Conn, actor: &Actor, all: &mut Vec<Todo>) -> Result<()> {
    let Some(user) = actor.user_id() else {
        return Ok(());
    };
    for sheet in store::sent_back_to(c, user)? {
        if sheet.kind == VersionKind::Disputed {
            all.push(Todo {
                due: None,
                what: format!("您有异议的代录评分表：{}", sheet.round),
                why: "请提交自己的评分表，或等党建部更正；处理以前不能锁定评分。".to_owned(),
                href: format!("/score_sheets/{}", sheet.sheet_id),
                action_label: "去处理".to_owned(),
                late: false,
            });
            continue;
        }
        all.push(Todo {
            due: None,
            what: format!("重新核对评分表：{}", sheet.round),
            why: format!("原因：{}", sheet.reason),
            href: format!("/bids/{}/score", sheet.subject_id),
            action_label: "去核对".to_owned(),
            late: false,
        });
    }
    for paper in store::papers_to_check(c, user)? {
        all.push(Todo {
            due: None,
            what: format!("核对代录的评分表：{}", paper.round),
            why: format!(
                "{}于{}代录了您签名的纸质评分表，请与原件核对。",
                paper.entered_by,
                clock::show_instant(paper.entered_at)
            ),
            href: format!("/score_sheets/{}", paper.sheet_id),
            action_label: "去核对".to_owned(),
            late: false,
        });
    }
    for seat in store::seats_scoring(c, user)? {
        let href = format!("/evaluations/{}", seat.evaluation_id);
        // Where only sheets sent back are marked again, those stand above.
        let left = match seat.reopened()? {
            Some(Reopened::Sheets { .. }) => 0,
            Some(Reopened::Bids(_)) | None => {
                store::unscored(c, seat.evaluation_id, seat.round_id, user)?
            }
        };
        if seat.undertaking_at.is_none() {
            all.push(Todo {
                due: None,
                what: format!("签署评审承诺：{}", seat.title),
                why: format!("签署以后才能看到申报书，有 {left} 份等您评分。"),
                href,
                action_label: "去签署".to_owned(),
                late: false,
            });
        } else if left > 0 {
            all.push(Todo {
                due: None,
                what: format!("评分：{}", seat.title),
                why: format!("还有 {left} 份没有提交。"),
                href,
                action_label: "去评分".to_owned(),
                late: false,
            });
        } else if seat.seat == Seat::Chair {
            all.push(Todo {
                due: None,
                what: format!("看评分进度：{}", seat.title),
                why: "您的评分已全部提交，评委都提交后可以锁定。".to_owned(),
                href,
                action_label: "看进度".to_owned(),
                late: false,
            });
        }
    }
    Ok(())
}

/// Rounds whose next step is the office's or the secretary's.
fn committee(
    c: &mut Conn,
    actor: &Actor,
    now: Instant,
    waiting: &HashSet<RoundId>,
    all: &mut Vec<Todo>,
) -> Result<()> {
    for one in store::disputes_waiting(c, ROUNDS)? {
        if actor.holds(Role::Office, &one.path) {
            all.push(Todo {
                due: None,
                what: format!("处理代录异议：{}", one.round),
                why: format!("{}认为代录与原件不符，处理以前不能锁定评分。", one.reviewer),
                href: format!("/score_sheets/{}", one.sheet_id),
                action_label: "去处理".to_owned(),
                late: false,
            });
        }
    }
    let under_way = store::rounds_under_way(c, ROUNDS)?;
    let opened = under_way
        .iter()
        .filter(|(round, _)| round.state == RoundState::Opened)
        .map(|(round, _)| round.id)
        .collect();
    let standing = rounds::standing(c, opened)?;
    for (round, path) in under_way {
        let office = actor.holds(Role::Office, &path);
        let secretary = actor.holds(Role::CommitteeSecretary, &path);
        let page = format!("/rounds/{}", round.id);
        let mut add = |due, what: &str, why: &str, href: String, action: &str| {
            all.push(Todo {
                due,
                what: format!("{what}：{}", round.title),
                why: why.to_owned(),
                href,
                action_label: action.to_owned(),
                late: false,
            });
        };
        match round.state {
            RoundState::Opened if office && standing.contains(&round.id) => add(
                None,
                "开始评分",
                "已开标，评审委员会可以开始评分。",
                page,
                "去办理",
            ),
            RoundState::Scored if secretary => add(
                None,
                "决定中标",
                "评分已锁定，排名已算出。",
                format!("{page}/decision"),
                "去决定",
            ),
            RoundState::Decided if office => add(
                None,
                "发布公示",
                "党委已决定，尚未公示。",
                format!("{page}/result"),
                "去公示",
            ),
            RoundState::Publicized
                if office
                    && !waiting.contains(&round.id)
                    && round
                        .publicity_until
                        .is_some_and(|until| clock::local_date(now) > until) =>
            {
                add(
                    None,
                    "办结批次",
                    "公示已结束，没有未答复的异议。",
                    page,
                    "去办结",
                );
            }
            RoundState::Opened
            | RoundState::Scored
            | RoundState::Decided
            | RoundState::Publicized
            | RoundState::Draft
            | RoundState::Open
            | RoundState::Sealed
            | RoundState::Scoring
            | RoundState::Concluded
            | RoundState::Cancelled => {}
        }
    }
    Ok(())
}

/// Objections that wait for an answer, and the rounds they hold up.
fn objections(
    c: &mut Conn,
    actor: &Actor,
    now: Instant,
    all: &mut Vec<Todo>,
) -> Result<HashSet<RoundId>> {
    let mut waiting = HashSet::new();
    for (objection, title, path) in store::objections_waiting(c, ROUNDS)? {
        waiting.insert(objection.round_id);
        let late = clock::local_date(now) > objection.due_on;
        let office = actor.holds(Role::Office, &path);
        if office || (late && actor.holds(Role::Supervisor, &path)) {
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
    }
    Ok(waiting)
}
