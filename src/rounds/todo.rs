//! What waits in a round: for its office the next step, for bidders what changed under their drafts.

use std::collections::{HashMap, HashSet};

use super::store::RoundLine;
use super::{Round, RoundState, actions, store};
use crate::bids::{self, BidState};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::failed;
use crate::ids::RoundId;
use crate::todo::{Due, Todo};
use crate::who::{Actor, Role};

/// The next step of each round the office runs, questions and failed topics there; what bidders are asked or told.
pub fn todos(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let mut todos = of_bidder(c, actor, now)?;
    if actor.has(Role::Office) {
        todos.extend(of_office(c, actor, now)?);
    }
    Ok(todos)
}

fn of_office(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let states = vec![
        RoundState::Draft,
        RoundState::Open,
        RoundState::Sealed,
        RoundState::Opened,
        RoundState::Scoring,
        RoundState::Scored,
        RoundState::Decided,
        RoundState::Publicized,
    ];
    let rounds = actions::run_by(c, actor, states, 50, now)?;
    let ids: Vec<RoundId> = rounds.iter().map(|round| round.id).collect();
    let unanswered: HashMap<RoundId, i64> = store::questions::unanswered(c, ids.clone())?
        .into_iter()
        .collect();
    let undecided: HashMap<RoundId, i64> = failed::undecided(c, ids)?.into_iter().collect();
    let opened = rounds
        .iter()
        .filter(|round| round.state == RoundState::Opened);
    let standing = store::standing(c, opened.map(|round| round.id).collect())?;
    let mut todos = Vec::new();
    for round in &rounds {
        if round.state == RoundState::Opened && !standing.contains(&round.id) {
            todos.push(Todo {
                due: None,
                what: format!("以流标办结：{}", round.title),
                why: "各标的全部流标，逐个作出决定以后办结。".to_owned(),
                href: format!("/rounds/{}", round.id),
                action_label: "去办理".to_owned(),
                late: false,
            });
        } else {
            todos.extend(next_step(round, now));
        }
        let open = matches!(round.state, RoundState::Open | RoundState::Sealed);
        if let Some(count) = unanswered.get(&round.id).filter(|_| open) {
            todos.push(Todo {
                due: Some(Due::At(round.deadline)),
                what: format!("答疑：{}", round.title),
                why: format!("有 {count} 个问题等待答复，答复对所有支部公开。"),
                href: format!("/rounds/{}/questions", round.id),
                action_label: "去答复".to_owned(),
                late: false,
            });
        }
        if let Some(count) = undecided.get(&round.id) {
            todos.push(Todo {
                due: None,
                what: format!("决定流标标的：{}", round.title),
                why: format!("{count} 个标的流标，办结以前须逐个作出决定。"),
                href: format!("/rounds/{}#failed", round.id),
                action_label: "去决定".to_owned(),
                late: false,
            });
        }
    }
    Ok(todos)
}

/// For how many days a correction is shown to those who have already submitted and leave it at that.
const CORRECTION_DAYS: i64 = 3;

/// Corrections since one's draft was last worked on, and joint projects one is asked to go along with.
fn of_bidder(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let own = actor.own_organizations();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let mut todos = Vec::new();
    let bids = bids::last_touched(c, actor)?;
    let ids: HashSet<RoundId> = bids.iter().map(|(_, round, _, _)| *round).collect();
    let corrected: HashMap<RoundId, Instant> =
        store::questions::last_corrected(c, ids.iter().copied().collect())?
            .into_iter()
            .collect();
    let rounds: HashMap<RoundId, Round> = store::find_all(c, corrected.keys().copied().collect())?
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
        todos.push(Todo {
            due: Some(Due::At(round.deadline)),
            what: format!("看更正公告：{}", round.title),
            why: if submitted {
                "您提交以后发布了更正，需要修改的请在截止前重新提交。".to_owned()
            } else {
                "您上次保存以后发布了更正，请对照修改草稿。".to_owned()
            },
            href: format!("/bids/{bid}"),
            action_label: "去核对".to_owned(),
            late: false,
        });
    }
    for (_, round, title) in failed::asked_of(c, own)? {
        todos.push(Todo {
            due: None,
            what: format!("答复联合攻关：{}", title.unwrap_or_default()),
            why: "标的流标，转为联合攻关，请书记答复是否参加。".to_owned(),
            href: format!("/rounds/{round}#failed"),
            action_label: "去答复".to_owned(),
            late: false,
        });
    }
    Ok(todos)
}

fn next_step(round: &RoundLine, now: Instant) -> Option<Todo> {
    let today = crate::clock::local_date(now);
    let (due, what, why, path, action_label) = match round.state {
        RoundState::Draft => (
            None,
            "发布",
            "还是草稿，发布以后各支部才看得到。".to_owned(),
            "",
            "去发布",
        ),
        RoundState::Sealed => (
            Some(Due::At(round.opening_at)),
            "主持开标",
            format!("{} 份申报书已密封，须请督导员到场。", round.bid_count),
            "/opening",
            "进入开标",
        ),
        RoundState::Opened => (
            None,
            "开始评分",
            "已开标，评委等着评分。".to_owned(),
            "",
            "去办理",
        ),
        RoundState::Decided => (
            None,
            "发布公示",
            "党委已作出决定。".to_owned(),
            "",
            "去公示",
        ),
        RoundState::Publicized => match round.publicity_until {
            Some(until) if today > until => (None, "办结", "公示期已满。".to_owned(), "", "去办结"),
            Some(_) | None => return None,
        },
        RoundState::Open
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Concluded
        | RoundState::Cancelled => return None,
    };
    Some(Todo {
        due,
        what: format!("{what}：{}", round.title),
        why,
        href: format!("/rounds/{}{path}", round.id),
        action_label: action_label.to_owned(),
        late: false,
    })
}
