//! The panel and its work.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::db::Conn;
use crate::error::Result;
use crate::evaluation::EvaluationState;
use crate::evaluation::actions::scene::{self, Scene};
use crate::evaluation::actions::{panel, scoring};
use crate::evaluation::input::{PanelInput, RecusalInput};
use crate::evaluation::panel::actions::{declare, replace};
use crate::evaluation::panel::declined_fault;
use crate::evaluation::panel::input::DeclarationInput;
use crate::evaluation::panel::view::draw::PanelRecord;
use crate::evaluation::view::{
    Advanced, AssignmentShown, EvaluationShown, PanelShown, ProgressShown, RecusalDeclared,
    RecusedShown,
};
use crate::ids::{BidId, EvaluationId, RoundId};
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Empty, Reply};
use crate::who::Actor;

/// The panel; aliases are shown to the committee alone.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/panel", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = PanelShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| panel_reply(c, actor, id))
        .await
}

/// The panel as this person sees it.
pub fn panel_reply(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<Reply> {
    let shown = shown(c, actor, id)?.1;
    Ok(Reply::ok(&shown)?.version(shown.version))
}

/// The same for a page.
pub fn shown(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<(Scene, PanelShown)> {
    let (scene, members, people) = panel::read(c, actor, id)?;
    let oversees = scene.oversees(actor);
    let mut shown = PanelShown::of(&scene, &members, &people, oversees);
    shown.record = PanelRecord::of(&replace::record(c, &scene)?, oversees);
    if shown.fault.is_none() {
        shown.fault = declined_fault(c, scene.evaluation.id)?.map(|refusal| refusal.reason);
    }
    Ok((scene, shown))
}

/// Seats exactly these people, by the office, until scoring starts.
#[utoipa::path(put, path = "/api/v1/rounds/{id}/panel", tag = "evaluation", request_body = PanelInput,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = PanelShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub async fn change(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<PanelInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.required()?;
    app.api_command(call, move |tx, actor, input| {
        panel::change(tx, actor, id, version, input)?;
        panel_reply(tx, actor, id)
    })
    .await
}

/// One's own work on the panel, and for the chair and the committee who has scored how many.
#[utoipa::path(get, path = "/api/v1/evaluations/{id}", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = EvaluationShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn evaluation(app: Data<App>, who: Who, id: Path<EvaluationId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let scene = scene::scene_of(c, actor, id)?;
        let shown = work(c, actor, &scene)?;
        Ok(Reply::ok(&shown)?.version(shown.version))
    })
    .await
}

/// What the evaluation page and the API show.
pub fn work(c: &mut Conn, actor: &Actor, scene: &Scene) -> Result<EvaluationShown> {
    if scene.seat.is_none() && !scene.oversees(actor) {
        return Err(panel::not_on_panel());
    }
    let id = scene.evaluation.id;
    let started = scene.evaluation.state != EvaluationState::Preparing;
    let signed = scene
        .seat
        .as_ref()
        .is_some_and(|seat| seat.undertaking_at.is_some());
    let (assigned, recused) = match &scene.seat {
        Some(seat) if signed && started => {
            scoring::assignments(c, &scene.evaluation, scene.round.id, seat.user_id)?
        }
        Some(_) | None => (Vec::new(), Vec::new()),
    };
    let progress = if scene.watches(actor) {
        let all = scoring::progress(c, id, scene.round.id)?;
        let people = panel::by_id(c, all.iter().map(|one| one.member.user_id).collect())?;
        Some(
            all.iter()
                .map(|one| ProgressShown::of(one, &people))
                .collect(),
        )
    } else {
        None
    };
    Ok(EvaluationShown {
        id,
        round_id: scene.round.id,
        round_title: scene.round.title.clone(),
        round_state: scene.round.state,
        state: scene.evaluation.state,
        seat: scene.seat.as_ref().map(|seat| seat.seat),
        undertaking_signed: signed,
        assignments: assigned.iter().map(AssignmentShown::from).collect(),
        recused: recused.iter().map(RecusedShown::from).collect(),
        progress,
        version: scene.evaluation.version,
    })
}

/// Signs the reviewers' undertaking: before it, no bid is shown.
#[utoipa::path(post, path = "/api/v1/evaluations/{id}/undertaking", tag = "evaluation", request_body = DeclarationInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = EvaluationShown), (status = 422, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn undertake(
    app: Data<App>,
    id: Path<EvaluationId>,
    call: Call<DeclarationInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        declare::sign(tx, actor, id, input)?;
        let scene = scene::scene_of(tx, actor, id)?;
        Reply::ok(&work(tx, actor, &scene)?)
    })
    .await
}

/// Starts scoring: conflicts of interest are found, topics with too few bids fail.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/scoring", tag = "rounds", request_body = Empty,
    params(("id" = i64, Path)),
    responses((status = 200, body = Advanced), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn start_scoring(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        let scene = scoring::start(tx, actor, id)?;
        Ok(Reply::ok(&Advanced::of(&scene, None))?.version(scene.round.version))
    })
    .await
}

/// A reviewer leaves a bid's whole topic to the others.
#[utoipa::path(post, path = "/api/v1/bids/{id}/recusal", tag = "evaluation", request_body = RecusalInput,
    params(("id" = i64, Path)),
    responses((status = 201, body = RecusalDeclared), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn recuse(
    app: Data<App>,
    id: Path<BidId>,
    call: Call<RecusalInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let (scene, topic_id) = panel::declare_recusal(tx, actor, id, input)?;
        Reply::created(
            format!("/api/v1/evaluations/{}", scene.evaluation.id),
            &RecusalDeclared {
                evaluation_id: scene.evaluation.id,
                topic_id,
                reason: input.reason.trim().to_owned(),
            },
        )
    })
    .await
}
