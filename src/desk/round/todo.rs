//! What waits in a round: for its office the next step, for bidders what changed under their drafts.

use std::collections::{HashMap, HashSet};

use crate::bids::{self, BidState};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::failed;
use crate::ids::RoundId;
use crate::rounds::{self, Round, RoundLine, RoundState};
use crate::todo::Todo;
use crate::who::{Actor, Role};

/// For how many days a correction is shown to those who have already submitted and leave it at that.
const CORRECTION_DAYS: i64 = 3;

/// The next step of each round the office runs, questions and failed topics there; what bidders are asked or told.
pub fn todos(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let mut todos = of_bidder(c, actor, now)?;
    if actor.has(Role::CommitteeSecretary) {
        let paths = actor.paths_of(&[Role::CommitteeSecretary]);
        for (round, topic) in failed::to_award(c, &paths)? {
            let what = format!("决定联合攻关：{topic}");
            let why = "标的流标，各方已同意联合攻关，须由党委决定并公示。";
            todos.push(Todo::new(
                what,
                why,
                format!("/rounds/{round}#failed"),
                "去决定",
            ));
        }
    }
    if actor.has(Role::Office) {
        todos.extend(of_office(c, actor, now)?);
    }
    Ok(todos)
}

fn of_office(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let paths = actor.paths_of(&[Role::Office]);
    let rounds = rounds::waiting_for_office(c, &paths, now)?;
    let opened = rounds
        .iter()
        .filter(|round| round.state == RoundState::Opened);
    let standing = rounds::standing(c, opened.map(|round| round.id).collect())?;
    let step = |round: &RoundLine| next_step(round, standing.contains(&round.id));
    let mut todos: Vec<Todo> = rounds.iter().filter_map(step).collect();
    for (id, title, deadline, count) in rounds::questions_waiting(c, &paths)? {
        let what = format!("答疑：{title}");
        let why = format!("有 {count} 个问题等待答复，答复对所有支部公开。");
        let href = format!("/rounds/{id}/questions");
        todos.push(Todo::new(what, why, href, "去答复").due(deadline));
    }
    for (id, title, count) in failed::waiting(c, &paths)? {
        let what = format!("决定流标标的：{title}");
        let why = format!("{count} 个标的流标，办结以前须逐个作出决定。");
        let href = format!("/rounds/{id}#failed");
        todos.push(Todo::new(what, why, href, "去决定"));
    }
    Ok(todos)
}

fn next_step(round: &RoundLine, standing: bool) -> Option<Todo> {
    let todo = |what: &str, why: &str, label| {
        let href = format!("/rounds/{}", round.id);
        Some(Todo::new(
            format!("{what}：{}", round.title),
            why,
            href,
            label,
        ))
    };
    match round.state {
        RoundState::Draft => todo("发布", "还是草稿，发布以后各支部才看得到。", "去发布"),
        RoundState::Sealed => {
            let what = format!("主持开标：{}", round.title);
            let why = format!("{} 份申报书已密封，须请督导员到场。", round.bid_count);
            let href = format!("/rounds/{}/opening", round.id);
            Some(Todo::new(what, why, href, "进入开标").due(round.opening_at))
        }
        RoundState::Opened if !standing => todo(
            "以流标办结",
            "各标的全部流标，逐个作出决定以后办结。",
            "去办理",
        ),
        RoundState::Opened => todo("开始评分", "已开标，评委等着评分。", "去办理"),
        RoundState::Decided => todo("发布公示", "党委已作出决定。", "去公示"),
        RoundState::Publicized => todo("办结", "公示期已满。", "去办结"),
        RoundState::Open
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Concluded
        | RoundState::Cancelled => None,
    }
}

/// Corrections since one's draft was last worked on, and joint projects one is asked to go along with.
fn of_bidder(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let own = actor.own_organizations();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let mut todos = Vec::new();
    let bids = bids::last_touched(c, actor, now)?;
    let ids: HashSet<RoundId> = bids.iter().map(|(_, round, _, _)| *round).collect();
    let corrected: HashMap<RoundId, Instant> =
        rounds::last_corrected(c, ids.into_iter().collect())?
            .into_iter()
            .collect();
    let rounds: HashMap<RoundId, Round> = rounds::find_all(c, corrected.keys().copied().collect())?
        .into_iter()
        .map(|round| (round.id, round))
        .collect();
    for (bid, round, state, touched) in bids {
        let (Some(at), Some(round)) = (corrected.get(&round), rounds.get(&round)) else {
            continue;
        };
        let submitted = state == BidState::Submitted;
        let old = submitted && now > *at + chrono::Duration::days(CORRECTION_DAYS);
        if round.state_at(now) != RoundState::Open || touched > *at || old {
            continue;
        }
        let why = if submitted {
            "您提交以后发布了更正，需要修改的请在截止前重新提交。"
        } else {
            "您上次保存以后发布了更正，请对照修改草稿。"
        };
        let what = format!("看更正公告：{}", round.title);
        let todo = Todo::new(what, why, format!("/bids/{bid}"), "去核对");
        todos.push(todo.due(round.deadline));
    }
    for (_, round, title) in failed::asked_of(c, own)? {
        let what = format!("答复联合攻关：{}", title.unwrap_or_default());
        let why = "标的流标，转为联合攻关，请书记答复是否参加。";
        let href = format!("/rounds/{round}#failed");
        todos.push(Todo::new(what, why, href, "去答复"));
    }
    Ok(todos)
}
