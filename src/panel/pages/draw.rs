//! The draw of the panel as a page: pool, lots, and how to draw them again.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use validator::Validate;

use crate::clock::show_instant;
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{RoundId, UserId};
use crate::panel::DrawPurpose;
use crate::panel::actions::draw;
use crate::panel::actions::naming::may_change;
use crate::panel::input::{DrawInput, ExcludedInput, NonceInput};
use crate::panel::view::draw::{DrawShown, DrawsShown, PoolShown};
use crate::session::Who;
use crate::web::App;
use crate::web::{Form, Page, Values, see_other};
use crate::who::Actor;
use crate::who::Role;

/// A draw with its dates as people read them.
#[derive(Serialize)]
pub struct DrawLine {
    #[serde(flatten)]
    pub draw: DrawShown,
    pub prepared: String,
    pub drawn: Option<String>,
    pub pool_text: String,
}

pub fn lines(draws: Vec<DrawShown>) -> Vec<DrawLine> {
    draws
        .into_iter()
        .map(|draw| DrawLine {
            prepared: show_instant(draw.prepared_at),
            drawn: draw.drawn_at.map(show_instant),
            pool_text: draw
                .pool
                .iter()
                .map(i64::to_string)
                .collect::<Vec<_>>()
                .join(","),
            draw,
        })
        .collect()
}

/// `GET /rounds/{id}/panel/draw`
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
    let (scene, draws, people) = draw::read(c, actor, id, DrawPurpose::Panel)?;
    let draws = lines(DrawsShown::of(id, &draws, &people)?.draws);
    let pending = draws.first().is_some_and(|one| one.drawn.is_none());
    let pool = if scene.oversees(actor) {
        PoolShown::of(id, &draw::pool(c, &scene)?).reviewers
    } else {
        Vec::new()
    };
    let chairs: Vec<_> = pool
        .iter()
        .filter(|one| one.barred.is_none())
        .map(|one| {
            json!({
                "value": one.user_id.to_string(),
                "label": format!("{}（{}{}）", one.name, one.organization, one.post),
            })
        })
        .collect();
    let refusal = may_change(&scene).err();
    Ok(Page::new("evaluation/draw.html")
        .with("round_id", &id)
        .with("round_title", &scene.round.title)
        .with("current", &draws.first())
        .with("draws", &draws)
        .with("pending", &pending)
        .with("pool", &pool)
        .with("chairs", &chairs)
        .with("office", &scene.runs(actor))
        .with("supervises", &actor.holds(Role::Supervisor, &scene.path))
        .with("refusal", &refusal)
        .with("values", values)
        .with("errors", errors))
}

/// The page's form: who is left out is ticked, with one reason for all.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct DrawForm {
    #[validate(range(min = 1, max = 99))]
    seats: i64,
    #[serde(default)]
    #[validate(range(min = 0, max = 50))]
    alternates: i64,
    #[serde(default)]
    chair_user_id: Option<UserId>,
    #[serde(default)]
    #[validate(length(max = 200))]
    leave_out: Vec<UserId>,
    #[serde(default)]
    #[validate(length(max = 200))]
    leave_out_reason: Option<String>,
    #[serde(default)]
    #[validate(length(max = 500))]
    reason: Option<String>,
}

impl DrawForm {
    fn input(&self) -> Result<DrawInput> {
        let why = self.leave_out_reason.as_deref().unwrap_or_default().trim();
        if !self.leave_out.is_empty() && why.is_empty() {
            return Err(Error::field(
                "leave_out_reason",
                "不参加抽签的，请写明理由。",
            ));
        }
        Ok(DrawInput {
            seats: self.seats,
            alternates: self.alternates,
            chair_user_id: self.chair_user_id,
            excluded: self
                .leave_out
                .iter()
                .map(|user_id| ExcludedInput {
                    user_id: *user_id,
                    reason: why.to_owned(),
                })
                .collect(),
            reason: self.reason.clone(),
        })
    }
}

/// `POST /rounds/{id}/panel/draw`
pub async fn prepare(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<DrawForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let saved = match form.input().and_then(|typed| typed.input()) {
        Ok(input) => app
            .command(&form.who, move |tx, actor| {
                draw::prepare(tx, actor, id, &input)
            })
            .await
            .map(drop),
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(see_other(
            format!("/rounds/{id}/panel/draw"),
            "抽签已准备好，请纪委督导员输入口令词完成抽签。",
        )),
        Err(Error::Invalid(errors)) => again(&app, &req, id, form.who, form.values, errors).await,
        Err(error) => Err(error),
    }
}

async fn again(
    app: &App,
    req: &HttpRequest,
    id: RoundId,
    who: Who,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, _| {
        Ok(page(c, actor, id, &values, &errors)?.status(422))
    })
    .await
}

/// `POST /rounds/{id}/panel/draw/nonce`
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
                draw::complete(tx, actor, id, &input)
            })
            .await
            .map(drop),
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(see_other(
            format!("/rounds/{id}/panel/draw"),
            "已抽签，评审委员和候补委员已按签号入席。",
        )),
        Err(Error::Invalid(errors)) => again(&app, &req, id, form.who, form.values, errors).await,
        Err(error) => Err(error),
    }
}
