//! The acceptance itself: where it stands, three instruments, the result that opens to its parts.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::acceptance::input::CodesInput;
use crate::acceptance::scene::AcceptanceScene;
use crate::acceptance::store::Acceptance;
use crate::acceptance::verbs::{Close, OFFERS, excellent_used};
use crate::acceptance::views::{self, PartShown, ResultShown, ReviewerShown};
use crate::acceptance::{AcceptanceState, CodeKind, codes, rules};
use crate::clock::{Instant, show_instant};
use crate::error::Result;
use crate::ids::AcceptanceId;
use crate::marks::Mark;
use crate::projects::Grade;
use crate::seats::Seat;
use crate::verbs::{self, Scene, Verb};
use crate::web::{App, Ask, Form, Page};

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
    let acceptance = &on.acceptance;
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
        .with("office", &Close::who(&on, actor).is_ok())
        .with("reviewer", &on.seated)
        .with("may", &verbs::may(c, &on, actor, now, OFFERS)?)
        .with("a", &shown))
}

/// `POST /acceptances/{id}/ballot_codes`: slips to print, shown this once.
pub async fn codes(
    app: Data<App>,
    req: HttpRequest,
    id: Path<AcceptanceId>,
    sent: Form<CodesInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let issued = match sent.input() {
        Ok(input) => {
            app.command(&sent.who, move |tx, actor| {
                let (acceptance, codes) = codes::issue(tx, actor, id, &input)?;
                Ok((input.kind, acceptance, codes))
            })
            .await
        }
        Err(faults) => Err(faults),
    };
    let (kind, acceptance, codes) = match issued {
        Ok(issued) => issued,
        Err(refused) => {
            let again = move |ask: &mut Ask| show(ask, id);
            return app.form_done(&req, sent, Err(refused), again).await;
        }
    };
    let base = app.public_url.trim_end_matches('/').to_owned();
    app.private_page(&req, sent.who, move |c, _, _| {
        let shown = views::shown(c, &acceptance)?;
        Ok(Page::new("acceptance/codes.html")
            .with("id", &id)
            .with("project", &shown.project)
            .with("organization", &shown.organization)
            .with("kind", kind.label())
            .with("ballot", &(kind == CodeKind::Ballot))
            .with("base", &base)
            .with("codes", &codes))
    })
    .await
}
