//! The acceptance itself: where it stands, three instruments, the result that opens to its parts.

use serde_json::{Value, json};

use crate::acceptance::api;
use crate::acceptance::scene::AcceptanceScene;
use crate::acceptance::store::{self, Acceptance};
use crate::acceptance::verbs::{Close, ConfirmVoters, IssueCodes, OFFERS, excellent_used};
use crate::acceptance::views::{self, PartShown, ResultShown, ReviewerShown};
use crate::acceptance::{AcceptanceState, CodeKind, rules};
use crate::clock::{Instant, show_instant};
use crate::error::Result;
use crate::ids::AcceptanceId;
use crate::marks::Mark;
use crate::people;
use crate::projects::{self, Grade};
use crate::sealing::{self, OpenerSeat};
use crate::seats::Seat;
use crate::verbs::ceremony::Ceremony;
use crate::verbs::{self, Scene, Verb};
use crate::web::{Ask, Page};
use crate::who::Role;

fn stepper(acceptance: &Acceptance) -> Vec<Value> {
    let date = |at: Option<Instant>| at.map(show_instant);
    let reached = match acceptance.state {
        AcceptanceState::Open | AcceptanceState::Abandoned => 1,
        AcceptanceState::Closed => 2,
        AcceptanceState::Decided => 4,
    };
    let last = if acceptance.grade == Some(Grade::Unqualified) {
        "限期整改"
    } else {
        "结项证书"
    };
    let closed = date(acceptance.closed_at).map(|at| format!("{at}截止"));
    [
        ("开始验收", date(Some(acceptance.opened_at))),
        ("评分和投票", closed),
        ("党委认定", date(acceptance.decided_at)),
        (last, None),
    ]
    .into_iter()
    .zip(0..)
    .map(|((label, date), nth)| {
        let state = match nth {
            nth if nth < reached => "done",
            nth if nth == reached => "now",
            _ => "todo",
        };
        json!({ "label": label, "date": date, "state": state })
    })
    .collect()
}

fn counts(labels: impl IntoIterator<Item = String>, counts: &[i64]) -> Vec<Value> {
    let all: i64 = counts.iter().sum();
    labels
        .into_iter()
        .zip(counts)
        .map(|(label, count)| {
            let percent = if all == 0 { 0 } else { count * 100 / all };
            json!({ "label": label, "count": count, "percent": percent })
        })
        .collect()
}

/// What each instrument adds to the total: those without a score give their weight to the others.
fn shares(result: &ResultShown) -> Vec<String> {
    let counted = result.parts.iter().filter(|part| part.score.is_some());
    let weights: i64 = counted.map(|part| part.weight).sum();
    let share = |part: &PartShown| match part.score {
        Some(score) if weights > 0 => (score.0 * part.weight + weights / 2) / weights,
        Some(_) | None => 0,
    };
    let shares = result.parts.iter().map(share);
    shares.map(|share| Mark(share).to_string()).collect()
}

fn ballots(result: &ResultShown) -> Vec<Value> {
    let choices = result.ballots.keys();
    let labels = choices.map(|one| format!("{}（{} 分）", one.label(), rules::points(*one)));
    counts(
        labels,
        &result.ballots.values().copied().collect::<Vec<_>>(),
    )
}

fn answers(result: &ResultShown) -> Vec<Vec<Value>> {
    let questions = result.questions.iter();
    questions
        .map(|one| counts(one.options.clone(), &one.counts))
        .collect()
}

fn seat(reviewer: &ReviewerShown) -> Value {
    let seat = match reviewer.seat {
        Seat::Chair => "组长",
        Seat::Member => "成员",
    };
    json!([reviewer.name, seat, reviewer.submitted])
}

/// `GET /acceptances/{id}`
pub fn show(ask: &mut Ask, id: AcceptanceId) -> Result<Page> {
    let (c, actor, now) = ask.parts();
    let on = AcceptanceScene::load(c, actor, &id)?;
    let office = Close::who(&on, actor).is_ok();
    let may = verbs::may(c, &on, actor, now, OFFERS)?;
    let running = office && on.acceptance.state == AcceptanceState::Open;
    let (beside, openers) = match running {
        true => (beside(ask, &on, IssueCodes::LIST)?, openers(ask, &on)?),
        false => (Vec::new(), Vec::new()),
    };
    let (c, acceptance) = (&mut *ask.c, &on.acceptance);
    let shown = views::shown(c, acceptance)?;
    let (of_round, excellent) = match acceptance.state {
        AcceptanceState::Closed => excellent_used(c, acceptance)?,
        AcceptanceState::Open | AcceptanceState::Decided | AcceptanceState::Abandoned => (0, 0),
    };
    let cap = rules::excellent_cap(of_round);
    let found = acceptance.total.map(rules::grade);
    let handed_in = shown.reviewers.iter().filter(|one| one.submitted);
    Ok(Page::new("acceptance/show.html")
        .with("state", acceptance.state.label())
        .with("open", &(acceptance.state == AcceptanceState::Open))
        .with("closed", &(acceptance.state == AcceptanceState::Closed))
        .with("steps", &stepper(acceptance))
        .with(
            "reviewers",
            &shown.reviewers.iter().map(seat).collect::<Vec<_>>(),
        )
        .with("sheets_in", &handed_in.count())
        .with("found", &found.map(Grade::label))
        .with("shares", &shown.result.as_ref().map(shares))
        .with("ballots", &shown.result.as_ref().map(ballots))
        .with("answers", &shown.result.as_ref().map(answers))
        .with("grade", &acceptance.grade.map(Grade::label))
        .with("unqualified", &(found == Some(Grade::Unqualified)))
        .with(
            "capped",
            &(found == Some(Grade::Excellent) && excellent >= cap),
        )
        .with("cap", &cap)
        .with("office", &office)
        .with("supervisor", &ConfirmVoters::who(&on, ask.actor).is_ok())
        .with("beside", &beside)
        .with("openers", &openers)
        .with("reviewer", &on.seated)
        .with("may", &may)
        .with("a", &shown))
}

/// Where those enter their passwords whose presence a form asks for: their usernames filled in.
fn seats_at(ask: &mut Ask, list: &str, people: Vec<(String, Option<String>)>) -> Vec<Value> {
    let values = &mut ask.again.values;
    people
        .into_iter()
        .enumerate()
        .map(|(nth, (label, username))| {
            let name = |field: &str| format!("{list}[{nth}][{field}]");
            values
                .entry(name("username"))
                .or_insert_with(|| username.unwrap_or_default());
            json!({ "username": name("username"), "password": name("password"), "label": label })
        })
        .collect()
}

/// A supervisor, who is present when codes are handed out.
fn beside(ask: &mut Ask, on: &AcceptanceScene, list: &str) -> Result<Vec<Value>> {
    let supervisors = people::holders(ask.c, Role::Supervisor, &on.committee_path)?;
    let one = supervisors.into_iter().take(1);
    let one = one.map(|user| (format!("督导员 {}", user.name), user.username));
    let one = one.collect();
    Ok(seats_at(ask, list, one))
}

/// Those who hold a share of the boxes' key; where there is none, a supervisor.
fn openers(ask: &mut Ask, on: &AcceptanceScene) -> Result<Vec<Value>> {
    let held = sealing::box_openers(ask.c, on.acceptance.id)?;
    if held.is_empty() {
        return beside(ask, on, Close::LIST);
    }
    let held = held.into_iter().map(|opener| {
        let lost = match opener.lost {
            true => "（口令被重设过，份额已失效）",
            false => "",
        };
        let seat = match opener.seat {
            OpenerSeat::Chair => "验收组组长",
            seat @ (OpenerSeat::Office | OpenerSeat::Supervisor) => seat.label(),
        };
        (format!("{seat} {}{lost}", opener.name), opener.username)
    });
    let held = held.collect();
    Ok(seats_at(ask, Close::LIST, held))
}

/// `GET /acceptances/{id}/slips/{code}`: slips to print, shown this once.
pub fn slips(ask: &mut Ask, (id, code): (AcceptanceId, String)) -> Result<Page> {
    let slips = api::taken(ask, id, &code)?;
    let acceptance = store::find(ask.c, id)?;
    let project = projects::find(ask.c, acceptance.project_id)?;
    let organization = people::organization(ask.c, project.organization_id)?.short_name;
    Ok(Page::new("acceptance/codes.html")
        .with("id", &id)
        .with("project", &project.title)
        .with("organization", &organization)
        .with("kind", slips.kind.label())
        .with("ballot", &(slips.kind == CodeKind::Ballot))
        .with("slips", &slips))
}
