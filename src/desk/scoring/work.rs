//! The panel's work on one page.

use serde_json::json;

use crate::error::Result;
use crate::ids::EvaluationId;
use crate::panel::actions::declare::UNDERTAKING;
use crate::panel::actions::quorum::substitutes_first;
use crate::panel::{RelationKind, scene};
use crate::people;
use crate::result::scene::Judged;
use crate::result::verbs::Lock;
use crate::scoring::SheetState;
use crate::scoring::actions::paper;
use crate::scoring::shown::{AssignmentShown, EvaluationShown};
use crate::seats::{EvaluationState, Seat};
use crate::verbs::refusal;
use crate::web::{Ask, Page};
use crate::who::Role;

/// `GET /evaluations/{id}`
pub fn evaluation(ask: &mut Ask, id: EvaluationId) -> Result<Page> {
    let query: people::Offer = ask.query()?;
    let word = query.q.unwrap_or_default();
    let (c, actor, now) = ask.parts();
    let scene = Judged(scene::scene_of(c, actor, id)?);
    let shown = EvaluationShown::load(c, actor, &scene)?;
    let scoring = scene.evaluation.state == EvaluationState::Scoring;
    let done = shown
        .assignments
        .iter()
        .filter(|one| one.state.is_some_and(|state| state != SheetState::Draft))
        .count();
    let waits = |one: &&AssignmentShown| {
        one.open && one.state.is_none_or(|state| state == SheetState::Draft)
    };
    let next = shown.assignments.iter().find(waits).map(|one| one.bid_id);
    let lines: Vec<_> = shown
        .assignments
        .iter()
        .map(|one| {
            let (label, tone) = match one.state {
                None => ("未评", ""),
                Some(SheetState::Draft) => ("草稿", "amber"),
                Some(SheetState::Submitted) => ("已提交", "green"),
                Some(SheetState::Locked) => ("已锁定", "green"),
            };
            json!({
                "bid_id": one.bid_id, "title": one.title, "organization": one.organization,
                "topic": one.topic, "state": label, "tone": tone,
                "total": one.total.map(|total| total.to_string()), "on_paper": one.on_paper,
            })
        })
        .collect();
    let progress: Option<Vec<_>> = shown.progress.as_ref().map(|all| {
        all.iter()
            .map(|one| {
                json!({
                    "user_id": one.user_id, "name": one.name, "seat": one.seat.label(), "signed": one.undertaking_signed,
                    "assigned": one.assigned, "submitted": one.submitted, "drafts": one.drafts, "on_paper": one.on_paper,
                    "percent": (one.submitted * 100).checked_div(one.assigned).unwrap_or(0),
                })
            })
            .collect()
    });
    let may_lock = scene.may_lock(actor).is_ok();
    let signing = scene
        .seat
        .as_ref()
        .is_some_and(|seat| seat.undertaking_at.is_none());
    let organizations = match signing {
        true => people::offered(c, &scene.path, &word)?
            .into_iter()
            .filter(|one| one.value != scene.round.committee_id)
            .collect(),
        false => Vec::new(),
    };
    let kinds: Vec<_> = RelationKind::ALL
        .iter()
        .map(|kind| json!({ "value": kind.as_str(), "label": kind.label() }))
        .collect();
    let lock_refusal = match may_lock && scoring {
        true => refusal::<Lock>(c, &scene, actor, now)?,
        false => None,
    };
    Ok(Page::new("evaluation/show.html")
        .with("id", &id)
        .with("round_id", &scene.round.id)
        .with("round_title", &scene.round.title)
        .with("round_state", &scene.round.state.label())
        .with("state", &scene.evaluation.state.as_str())
        .with("seat", &shown.seat.map(Seat::label))
        .with("signed", &shown.undertaking_signed)
        .with("undertaking", &UNDERTAKING)
        .with("organizations", &organizations)
        .with("q", &word)
        .with("kinds", &kinds)
        .with("assignments", &lines)
        .with("done", &done)
        .with("next", &next)
        .with("recused", &shown.recused)
        .with("progress", &progress)
        .with("waiting", &shown.waiting)
        .with("substitutes_first", &substitutes_first(&scene))
        .with("prints", &scene.runs(actor))
        .with("may_enter", &paper::enters(&scene, actor))
        .with("may_lock", &(may_lock && scoring))
        .with("lock_refusal", &lock_refusal)
        .with(
            "may_watch_fairness",
            &(scene.evaluation.state == EvaluationState::Locked
                && (scene.chairs()
                    || actor
                        .holds_any(&[Role::CommitteeSecretary, Role::Supervisor], &scene.path))),
        ))
}
