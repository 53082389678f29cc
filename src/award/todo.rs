//! What waits about decisions, publicity and objections, for the home page.

use super::{ObjectionState, store};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::panel;
use crate::rounds::{self, RoundState};
use crate::todo::{Due, Todo};
use crate::who::{Actor, Role};

/// Most rounds looked at for one person: those under way.
const ROUNDS: i64 = 50;

pub fn todos(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let mut all = Vec::new();
    if actor.has(Role::Office) || actor.has(Role::CommitteeSecretary) || actor.has(Role::Supervisor)
    {
        objections(c, actor, now, &mut all)?;
        committee(c, actor, now, &mut all)?;
    }
    Ok(all)
}

/// Rounds whose next step is the office's or the secretary's.
fn committee(c: &mut Conn, actor: &Actor, now: Instant, all: &mut Vec<Todo>) -> Result<()> {
    let states = [
        RoundState::Scored,
        RoundState::Decided,
        RoundState::Publicized,
    ];
    let office = rounds::committees_of(c, actor, &[Role::Office])?;
    let secretary = rounds::committees_of(c, actor, &[Role::CommitteeSecretary])?;
    let theirs = [office.clone(), secretary.clone()].concat();
    for round in panel::rounds_under_way(c, &theirs, &states, ROUNDS)? {
        let office = office.contains(&round.committee_id);
        let secretary = secretary.contains(&round.committee_id);
        let page = format!("/rounds/{}", round.id);
        let over = round
            .publicity_until
            .is_some_and(|until| clock::local_date(now) > until);
        let over = over && office && store::open_objections(c, round.id)? == 0;
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
            RoundState::Publicized if over => {
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

/// Objections that wait for an answer: all for the office, those past their day for the supervisor.
fn objections(c: &mut Conn, actor: &Actor, now: Instant, all: &mut Vec<Todo>) -> Result<()> {
    let today = clock::local_date(now);
    let office = rounds::committees_of(c, actor, &[Role::Office])?;
    let supervised = rounds::committees_of(c, actor, &[Role::Supervisor])?;
    for (objection, title, committee) in
        store::objections_waiting(c, &office, &supervised, today, ROUNDS)?
    {
        let late = today > objection.due_on;
        let office = office.contains(&committee);
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
    Ok(())
}
