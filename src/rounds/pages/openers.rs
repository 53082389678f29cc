//! Who opens a round's bids: shown to all, changed by the office.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::error::Result;
use crate::ids::RoundId;
use crate::rounds::scene::{OpenersScene, RoundScene};
use crate::rounds::verbs::{RenewKey, ShareAgain, ShareAgainInput};
use crate::rounds::{RoundState, ceremony};
use crate::sealing::OpenerSeat;
use crate::verbs::{Scene, Subject, Verb};
use crate::web::{App, Ask, Form, Page};

/// `GET /rounds/{id}/openers`
pub fn openers(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let on = OpenersScene::load(ask.c, ask.actor, &id)?;
    let shown = on.shown(ask.c, ask.actor, ask.now)?;
    let RoundScene { round, .. } = &on.0;
    let state = round.state_at(ask.now);
    let threshold = shown.threshold.unwrap_or(2);
    let options: Vec<_> = shown
        .candidates
        .iter()
        .map(|one| {
            let hint = if one.ready {
                ""
            } else {
                "还没有自己的密钥，请先登录一次。"
            };
            json!({
                "value": one.user_id.to_string(),
                "label": format!("{}（{}）", one.name, one.seat.label()),
                "hint": hint,
            })
        })
        .collect();
    // What was typed or ticked comes back, passwords do not.
    let mut typed = json!(ask.again.values);
    if let Some(typed) = typed.as_object_mut() {
        let chosen: Vec<String> = shown
            .openers
            .iter()
            .map(|one| one.user_id.to_string())
            .collect();
        typed.entry("openers[]").or_insert(json!(chosen));
        let fallback = json!(threshold.to_string());
        typed.entry("threshold").or_insert(fallback);
        for (index, opener) in shown.openers.iter().enumerate() {
            let name = opener.username.clone().unwrap_or_default();
            let field = format!("present[{index}][username]");
            typed.entry(field).or_insert(json!(name));
        }
    }
    let may_change = matches!(state, RoundState::Open | RoundState::Sealed);
    Ok(Page::new("rounds/openers.html")
        .with("id", &id)
        .with("title", &round.title)
        .with("threshold", &threshold)
        .with("openers", &shown.openers)
        .with("seats", &OpenerSeat::labels())
        .with("options", &options)
        .with("office", &RenewKey::who(&on.0, ask.actor).is_ok())
        .with("draft", &(state == RoundState::Draft))
        .with("changeable", &may_change)
        .with("not_sealed_again", &shown.not_sealed_again)
        .with("values", &typed))
}

/// `POST /rounds/{id}/openers`
pub async fn share_again(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<ShareAgainInput>,
) -> Result<HttpResponse> {
    ceremony::by_form::<ShareAgain>(&app, &req, id.into_inner(), form, openers).await
}
