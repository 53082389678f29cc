//! What waits about scoring, for the home page.

use super::{VersionKind, store};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::seats::{Reopened, Seat, Veils};
use crate::todo::Todo;
use crate::who::{Actor, Role};

pub fn todos(c: &mut Conn, actor: &Actor, _: Instant) -> Result<Vec<Todo>> {
    let mut all = Vec::new();
    if actor.has(Role::Reviewer) {
        sent_back(c, actor, &mut all)?;
        entered(c, actor, &mut all)?;
        unscored(c, actor, &mut all)?;
    }
    if actor.has(Role::Office) {
        disputed(c, &actor.paths_of(&[Role::Office]), &mut all)?;
    }
    Ok(all)
}

fn todo(what: String, why: String, href: String, action: &str) -> Todo {
    Todo {
        due: None,
        what,
        why,
        href,
        action_label: action.to_owned(),
        late: false,
    }
}

/// Sheets to be handed in again.
fn sent_back(c: &mut Conn, actor: &Actor, all: &mut Vec<Todo>) -> Result<()> {
    let Some(user) = actor.user_id() else {
        return Ok(());
    };
    let sheets = store::sent_back_to(c, user)?;
    let veils = Veils::of(c, actor, sheets.iter().map(|sheet| sheet.round_id))?;
    for sheet in sheets {
        all.push(if sheet.kind == VersionKind::Disputed {
            todo(
                format!("您有异议的代录评分表：{}", sheet.round),
                "请提交自己的评分表，或等党建部更正；处理以前不能锁定评分。".to_owned(),
                format!("/score_sheets/{}", sheet.sheet_id),
                "去处理",
            )
        } else {
            todo(
                format!("重新核对评分表：{}", sheet.round),
                format!(
                    "原因：{}",
                    veils.over(Some(sheet.round_id)).text(&sheet.reason)
                ),
                format!("/bids/{}/score", sheet.subject_id),
                "去核对",
            )
        });
    }
    Ok(())
}

/// Paper sheets entered for this person.
fn entered(c: &mut Conn, actor: &Actor, all: &mut Vec<Todo>) -> Result<()> {
    let Some(user) = actor.user_id() else {
        return Ok(());
    };
    for paper in store::papers_to_check(c, user)? {
        all.push(todo(
            format!("核对代录的评分表：{}", paper.round),
            format!(
                "{}于{}代录了您签名的纸质评分表，请与原件核对。",
                paper.entered_by,
                clock::show_instant(paper.entered_at)
            ),
            format!("/score_sheets/{}", paper.sheet_id),
            "去核对",
        ));
    }
    Ok(())
}

/// Bids to score, and for the chair the end of scoring.
fn unscored(c: &mut Conn, actor: &Actor, all: &mut Vec<Todo>) -> Result<()> {
    let Some(user) = actor.user_id() else {
        return Ok(());
    };
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
            all.push(todo(
                format!("签署评审承诺：{}", seat.title),
                format!("签署以后才能看到申报书，有 {left} 份等您评分。"),
                href,
                "去签署",
            ));
        } else if left > 0 {
            all.push(todo(
                format!("评分：{}", seat.title),
                format!("还有 {left} 份没有提交。"),
                href,
                "去评分",
            ));
        } else if seat.seat == Seat::Chair {
            all.push(todo(
                format!("看评分进度：{}", seat.title),
                "您的评分已全部提交，评委都提交后可以锁定。".to_owned(),
                href,
                "看进度",
            ));
        }
    }
    Ok(())
}

/// Entries that their reviewers dispute.
fn disputed(c: &mut Conn, paths: &[String], all: &mut Vec<Todo>) -> Result<()> {
    for one in store::disputes_waiting(c, paths)? {
        all.push(todo(
            format!("处理代录异议：{}", one.round),
            format!("{}认为代录与原件不符，处理以前不能锁定评分。", one.reviewer),
            format!("/score_sheets/{}", one.sheet_id),
            "去处理",
        ));
    }
    Ok(())
}
