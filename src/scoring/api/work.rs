//! The start of scoring, and one's own work.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{EvaluationId, RoundId};
use crate::panel::actions::declare::{self, DeclarationInput};
use crate::panel::scene::{self, Advanced, Scene};
use crate::scoring::actions::{start, work};
use crate::scoring::view::{AssignmentShown, EvaluationShown, ProgressShown, RecusedShown};
use crate::seats::{self, EvaluationState};
use crate::session::Who;
use crate::web::App;
use crate::web::errors::Problem;
use crate::web::{Call, Empty, Reply};
use crate::who::Actor;

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
        return Err(scene::not_on_panel());
    }
    let id = scene.evaluation.id;
    let started = scene.evaluation.state != EvaluationState::Preparing;
    let signed = scene
        .seat
        .as_ref()
        .is_some_and(|seat| seat.undertaking_at.is_some());
    let (assigned, recused) = match &scene.seat {
        Some(seat) if signed && started => {
            work::assignments(c, &scene.evaluation, scene.round.id, seat.user_id)?
        }
        Some(_) | None => (Vec::new(), Vec::new()),
    };
    let progress = if scene.watches(actor) {
        let all = work::progress(c, id, scene.round.id)?;
        let people = seats::people_by_id(c, all.iter().map(|one| one.member.user_id).collect())?;
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
        let scene = start::start(tx, actor, id)?;
        Ok(Reply::ok(&Advanced::of(&scene, None))?.version(scene.round.version))
    })
    .await
}
