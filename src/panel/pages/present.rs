//! The order of presentation as a page that prints.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::RoundId;
use crate::panel::actions::present;
use crate::panel::input::{NonceInput, PresentationInput};
use crate::panel::pages::draw::lines;
use crate::panel::view::draw::PresentationShown;
use crate::session::Who;
use crate::web::App;
use crate::web::{Form, Page, Values, see_other};
use crate::who::{Actor, Role};

/// `GET /rounds/{id}/presentation`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, _| {
        page(c, actor, id, &Values::new(), &FieldErrors::new())
    })
    .await
}

fn page(
    c: &mut Conn,
    actor: &Actor,
    id: RoundId,
    values: &Values,
    errors: &FieldErrors,
) -> Result<Page> {
    let order = present::read(c, actor, id)?;
    let shown = PresentationShown::of(&order)?;
    let draws = lines(shown.draws);
    let pending = draws.first().is_some_and(|one| one.drawn.is_none());
    let own: Vec<String> = order
        .topics
        .iter()
        .flat_map(|(_, _, bids)| bids)
        .filter(|bid| actor.acts_for(bid.organization_id))
        .map(|bid| bid.id.to_string())
        .collect();
    let scene = &order.scene;
    Ok(Page::new("evaluation/presentation.html")
        .with("round_id", &id)
        .with("round_title", &scene.round.title)
        .with("topics", &shown.topics)
        .with("own", &own)
        .with("draws", &draws)
        .with("pending", &pending)
        .with("office", &scene.runs(actor))
        .with("supervises", &actor.holds(Role::Supervisor, &scene.path))
        .with("refusal", &present::may_draw(scene).err())
        .with("values", values)
        .with("errors", errors))
}

async fn answer(
    app: &App,
    req: &HttpRequest,
    id: RoundId,
    who: Who,
    values: Values,
    saved: Result<()>,
    flash: &str,
) -> Result<HttpResponse> {
    match saved {
        Ok(()) => Ok(see_other(format!("/rounds/{id}/presentation"), flash)),
        Err(Error::Invalid(errors)) => {
            app.private_page(req, who, move |c, actor, _| {
                Ok(page(c, actor, id, &values, &errors)?.status(422))
            })
            .await
        }
        Err(error) => Err(error),
    }
}

/// `POST /rounds/{id}/presentation`
pub async fn prepare(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<PresentationInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let saved = match form.input() {
        Ok(input) => app
            .command(&form.who, move |tx, actor| {
                present::prepare(tx, actor, id, &input)
            })
            .await
            .map(drop),
        Err(error) => Err(error),
    };
    let flash = "抽签已准备好，请纪委督导员输入口令词完成抽签。";
    answer(&app, &req, id, form.who, form.values, saved, flash).await
}

/// `POST /rounds/{id}/presentation/nonce`
pub async fn complete(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<NonceInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let saved = match form.input() {
        Ok(input) => app
            .command(&form.who, move |tx, actor| {
                present::complete(tx, actor, id, &input)
            })
            .await
            .map(drop),
        Err(error) => Err(error),
    };
    let flash = "述标顺序已抽定，相关人员都可以查看。";
    answer(&app, &req, id, form.who, form.values, saved, flash).await
}
