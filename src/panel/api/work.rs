//! Recusals and the division of the work.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{RecusalId, RoundId};
use crate::panel::actions::{assign, conflicts, lift};
use crate::panel::input::{LiftAnswerInput, LiftInput, ModeInput};
use crate::panel::view::work::{AssignmentPlan, RecusalsShown};
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Reply};
use crate::who::Actor;

/// The recusals as this person may read them.
pub fn shown(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<RecusalsShown> {
    let all = lift::read(c, actor, id)?;
    let detailed = conflicts::may_check(&all.scene, actor).is_ok();
    let mut shown = RecusalsShown::of(&all, detailed, actor.user_id());
    // Whose organization bids on which topic would tell the panel of a blind round who bids.
    if all.scene.seat.is_some() && all.scene.evaluation.is_blind() {
        shown
            .recusals
            .retain(|one| Some(one.user_id) == actor.user_id());
    }
    Ok(shown)
}

/// Every recusal of the round, standing and lifted: for the committee and the panel.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/recusals", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = RecusalsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn recusals(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| Reply::ok(&shown(c, actor, id)?))
        .await
}

/// The office proposes to lift a recusal; nothing changes until the supervisor agrees. Never one's own organization's.
#[utoipa::path(post, path = "/api/v1/recusals/{id}/lift", tag = "evaluation", request_body = LiftInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = RecusalsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn propose(
    app: Data<App>,
    id: Path<RecusalId>,
    call: Call<LiftInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let scene = lift::propose(tx, actor, id, input)?;
        Reply::ok(&shown(tx, actor, scene.round.id)?)
    })
    .await
}

/// The supervisor's answer to such a proposal.
#[utoipa::path(post, path = "/api/v1/recusals/{id}/confirm", tag = "evaluation", request_body = LiftAnswerInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = RecusalsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn confirm(
    app: Data<App>,
    id: Path<RecusalId>,
    call: Call<LiftAnswerInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let scene = lift::answer(tx, actor, id, input)?;
        Reply::ok(&shown(tx, actor, scene.round.id)?)
    })
    .await
}

/// How the bids are divided among the panel: for the committee and the chair.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/panel/assignment", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = AssignmentPlan), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn assignment(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let plan = AssignmentPlan::from(&assign::plan(c, actor, id)?);
        Ok(Reply::ok(&plan)?.version(plan.version))
    })
    .await
}

/// Sets how many reviewers mark each bid, or that all do, until scoring starts.
#[utoipa::path(put, path = "/api/v1/rounds/{id}/panel/assignment", tag = "evaluation", request_body = ModeInput,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = AssignmentPlan), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub async fn set_mode(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<ModeInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.required()?;
    app.api_command(call, move |tx, actor, input| {
        assign::set_mode(tx, actor, id, version, input)?;
        let plan = AssignmentPlan::from(&assign::plan(tx, actor, id)?);
        Ok(Reply::ok(&plan)?.version(plan.version))
    })
    .await
}
