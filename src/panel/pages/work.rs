//! Recusals and the division of the work as pages.

use std::collections::BTreeMap;

use serde_json::json;

use crate::error::Result;
use crate::ids::{RecusalId, RoundId};
use crate::panel::LiftState;
use crate::panel::shown::Of;
use crate::panel::shown::work::{Plan, Recusals};
use crate::panel::verbs::lift::RecusalScene;
use crate::panel::verbs::mode::SetMode;
use crate::seats::RecusalCause;
use crate::verbs::{Scene as _, refusal};
use crate::web::{Ask, Page};
use crate::who::Role;

/// `GET /rounds/{id}/recusals`
pub fn recusals(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let Of { scene, shown } = Recusals::load(ask.c, ask.actor, &id)?;
    let pending: Vec<String> = shown
        .recusals
        .iter()
        .filter(|one| {
            one.lifts
                .iter()
                .any(|lift| lift.state == LiftState::Proposed)
        })
        .map(|one| one.id.to_string())
        .collect();
    let causes = RecusalCause::ALL
        .iter()
        .map(|one| (one.as_str(), one.label()));
    let states = LiftState::ALL.iter().map(|one| (one.as_str(), one.label()));
    Ok(Page::new("evaluation/recusals.html")
        .with("round_id", &id)
        .with("round_title", &scene.round.title)
        .with("recusals", &shown.recusals)
        .with("pending", &pending)
        .with("causes", &causes.collect::<BTreeMap<_, _>>())
        .with("states", &states.collect::<BTreeMap<_, _>>())
        .with("office", &scene.runs(ask.actor))
        .with(
            "supervises",
            &ask.actor.holds(Role::Supervisor, &scene.path),
        ))
}

/// The same after the lifting of one of them was refused.
pub fn of_recusal(ask: &mut Ask, id: RecusalId) -> Result<Page> {
    let round = RecusalScene::load(ask.c, ask.actor, &id)?.scene.round.id;
    recusals(ask, round)
}

/// `GET /rounds/{id}/panel/assignment`
pub fn assignment(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let Of { scene, shown } = Plan::load(ask.c, ask.actor, &id)?;
    let (c, actor, now) = ask.parts();
    let most = shown.loads.iter().map(|one| one.bids).max().unwrap_or(0);
    let percent = |bids: usize| (bids * 100).checked_div(most).unwrap_or(0);
    let loads: Vec<_> = shown
        .loads
        .iter()
        .map(|one| json!({ "name": one.name, "bids": one.bids, "percent": percent(one.bids) }))
        .collect();
    Ok(Page::new("evaluation/assignment.html")
        .with("round_id", &id)
        .with("round_title", &scene.round.title)
        .with("plan", &shown)
        .with("loads", &loads)
        .with("refusal", &refusal::<SetMode>(c, &scene, actor, now)?))
}
