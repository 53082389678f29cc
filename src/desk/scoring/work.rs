//! The panel's work on one page.

use serde::Deserialize;
use serde_json::json;
use validator::Validate;

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
use crate::scoring::input::WorkQuery;
use crate::scoring::shown::EvaluationShown;
use crate::seats::{EvaluationState, Seat};
use crate::verbs::refusal;
use crate::web::{Ask, Page};
use crate::who::Role;

/// Which part of one's work is shown, and which organizations the undertaking offers.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct PageOf {
    cursor: Option<String>,
    /// Part of a name.
    #[validate(length(max = 40))]
    q: Option<String>,
}

/// `GET /evaluations/{id}`
pub fn evaluation(ask: &mut Ask, id: EvaluationId) -> Result<Page> {
    let query: PageOf = ask.query()?;
    let word = query.q.unwrap_or_default();
    let part = WorkQuery {
        limit: None,
        cursor: query.cursor,
    };
    let (c, actor, now) = ask.parts();
    let scene = Judged(scene::scene_of(c, actor, id)?);
    let shown = EvaluationShown::load(c, actor, &scene, &part)?;
    let here = format!("/evaluations/{id}");
    let more = shown.next_cursor.as_ref();
    let more = more.map(|cursor| format!("{here}?cursor={cursor}"));
    let scoring = scene.evaluation.state == EvaluationState::Scoring;
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
        .with("assigned", &shown.assigned)
        .with("done", &shown.submitted)
        .with("next", &shown.next)
        .with("more", &more)
        .with("first", &part.cursor.map(|_| here))
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
