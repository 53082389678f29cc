//! Recusals and the division of the work as pages.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;
use validator::Validate;

use crate::clock::show_instant;
use crate::error::Result;
use crate::ids::{RecusalId, RoundId};
use crate::panel::actions::naming::may_change;
use crate::panel::actions::{assign, lift};
use crate::panel::api::work::shown;
use crate::panel::input::{LiftAnswerInput, LiftInput, ModeInput};
use crate::panel::pages::members::worded;
use crate::panel::view::work::AssignmentPlan;
use crate::panel::{LiftState, scene};
use crate::session::Who;
use crate::web::App;
use crate::web::{Form, Page, see_other};
use crate::who::Role;

/// `GET /rounds/{id}/recusals`
pub async fn recusals(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, _| {
        let shown = shown(c, actor, id)?;
        let scene = scene::scene(c, actor, id)?;
        let lines: Vec<_> = shown
            .recusals
            .iter()
            .map(|one| {
                let lifts: Vec<_> = one
                    .lifts
                    .iter()
                    .map(|lift| {
                        json!({
                            "state": lift.state.label(), "reason": lift.reason, "by": lift.proposed_by,
                            "at": show_instant(lift.proposed_at), "answer": lift.answer,
                            "answered_by": lift.answered_by,
                        })
                    })
                    .collect();
                json!({
                    "id": one.id, "topic": one.topic, "name": one.name, "organization": one.organization,
                    "reason": one.reason.clone().unwrap_or_else(|| one.cause.label().to_owned()),
                    "at": show_instant(one.at),
                    "lifted": one.lifted_at.map(show_instant),
                    "stands": one.stands, "lifts": lifts,
                    "pending": one.lifts.iter().any(|lift| lift.state == LiftState::Proposed),
                })
            })
            .collect();
        Ok(Page::new("evaluation/recusals.html")
            .with("round_id", &id)
            .with("round_title", &scene.round.title)
            .with("recusals", &lines)
            .with("office", &scene.runs(actor))
            .with("supervises", &actor.holds(Role::Supervisor, &scene.path)))
    })
    .await
}

/// `POST /recusals/{id}/lift`
pub async fn propose(
    app: Data<App>,
    id: Path<RecusalId>,
    form: Form<LiftInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = form.input().map_err(worded)?;
    let scene = app
        .command(&form.who, move |tx, actor| {
            lift::propose(tx, actor, id, &input)
        })
        .await?;
    Ok(see_other(
        format!("/rounds/{}/recusals", scene.round.id),
        "已提出，须由纪委督导员确认才解除。",
    ))
}

/// `POST /recusals/{id}/confirm`
pub async fn confirm(
    app: Data<App>,
    id: Path<RecusalId>,
    form: Form<LiftAnswerInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = form.input().map_err(worded)?;
    let agreed = input.agree;
    let scene = app
        .command(&form.who, move |tx, actor| {
            lift::answer(tx, actor, id, &input)
        })
        .await
        .map_err(worded)?;
    let flash = if agreed {
        "回避已解除，双方办理的经过记入审计。"
    } else {
        "未同意，回避继续有效。"
    };
    Ok(see_other(
        format!("/rounds/{}/recusals", scene.round.id),
        flash,
    ))
}

/// `GET /rounds/{id}/panel/assignment`
pub async fn assignment(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, _| {
        let plan = assign::plan(c, actor, id)?;
        let shown = AssignmentPlan::from(&plan);
        let most = shown.loads.iter().map(|one| one.bids).max().unwrap_or(0);
        let loads: Vec<_> = shown
            .loads
            .iter()
            .map(|one| {
                json!({
                    "name": one.name, "bids": one.bids,
                    "percent": (one.bids * 100).checked_div(most).unwrap_or(0),
                })
            })
            .collect();
        let refusal = plan
            .scene
            .may_run(actor)
            .map_err(|error| error.refusal())
            .and_then(|()| may_change(&plan.scene))
            .err();
        Ok(Page::new("evaluation/assignment.html")
            .with("round_id", &id)
            .with("round_title", &plan.scene.round.title)
            .with("plan", &shown)
            .with("loads", &loads)
            .with("refusal", &refusal)
            .with("members", &plan.people.len()))
    })
    .await
}

/// Everybody marks everything, or so many each bid.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ModeForm {
    version: i64,
    #[serde(default)]
    #[validate(range(min = 1, max = 99))]
    reviewers_per_bid: Option<i64>,
}

/// `POST /rounds/{id}/panel/assignment`
pub async fn set_mode(
    app: Data<App>,
    id: Path<RoundId>,
    form: Form<ModeForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let typed = form.input().map_err(worded)?;
    app.command(&form.who, move |tx, actor| {
        let input = ModeInput {
            reviewers_per_bid: typed.reviewers_per_bid,
        };
        assign::set_mode(tx, actor, id, typed.version, &input)
    })
    .await
    .map_err(worded)?;
    Ok(see_other(
        format!("/rounds/{id}/panel/assignment"),
        "评审分工已保存，开始评分时分配。",
    ))
}
