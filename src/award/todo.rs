//! What waits about decisions, publicity and objections, for the home page.

use std::collections::HashSet;

use super::{ObjectionState, store};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::RoundId;
use crate::panel;
use crate::rounds::RoundState;
use crate::todo::{Due, Todo};
use crate::who::{Actor, Role};

/// Most rounds looked at for one person: those under way.
const ROUNDS: i64 = 50;

pub fn todos(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let mut all = Vec::new();
    if actor.has(Role::Office) || actor.has(Role::CommitteeSecretary) || actor.has(Role::Supervisor)
    {
        let waiting = objections(c, actor, now, &mut all)?;
        committee(c, actor, now, &waiting, &mut all)?;
    }
    Ok(all)
}

/// Rounds whose next step is the office's or the secretary's.
fn committee(
    c: &mut Conn,
    actor: &Actor,
    now: Instant,
    waiting: &HashSet<RoundId>,
    all: &mut Vec<Todo>,
) -> Result<()> {
    let states = [
        RoundState::Scored,
        RoundState::Decided,
        RoundState::Publicized,
    ];
    for (round, path) in panel::rounds_under_way(c, &states, ROUNDS)? {
        let office = actor.holds(Role::Office, &path);
        let secretary = actor.holds(Role::CommitteeSecretary, &path);
        let page = format!("/rounds/{}", round.id);
        let over = round
            .publicity_until
            .is_some_and(|until| clock::local_date(now) > until);
        let mut add = |what: &str, why: &str, href: String, action: &str| {
            all.push(Todo {
                due: None,
                what: format!("{what}：{}", round.title),
                why: why.to_owned(),
                href,
                action_label: action.to_owned(),
                late: false,
            });
        };
        match round.state {
            RoundState::Scored if secretary => add(
                "决定中标",
                "评分已锁定，排名已算出。",
                format!("{page}/decision"),
                "去决定",
            ),
            RoundState::Decided if office => add(
                "发布公示",
                "党委已决定，尚未公示。",
                format!("{page}/result"),
                "去公示",
            ),
            RoundState::Publicized if office && over && !waiting.contains(&round.id) => {
                add("办结批次", "公示已结束，没有未答复的异议。", page, "去办结")
            }
            RoundState::Scored
            | RoundState::Decided
            | RoundState::Publicized
            | RoundState::Opened
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
