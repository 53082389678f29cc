//! The panel.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, RoundId};
use crate::panel::actions::{naming, recuse, replace};
use crate::panel::input::{PanelInput, RecusalInput};
use crate::panel::scene::Scene;
use crate::panel::view::draw::PanelRecord;
use crate::panel::view::{PanelShown, RecusalDeclared};
use crate::seats::declined_fault;
use crate::session::Who;
use crate::web::App;
use crate::web::errors::Problem;
use crate::web::{Call, Reply};
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
    let (scene, members, people) = naming::read(c, actor, id)?;
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
        naming::change(tx, actor, id, version, input)?;
        panel_reply(tx, actor, id)
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
        let (scene, topic_id) = recuse::declare_recusal(tx, actor, id, input)?;
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
