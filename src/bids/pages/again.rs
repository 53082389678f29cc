//! What was typed in a form whose session is over, shown with a way to go on.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::bids::content;
use crate::error::{FieldErrors, Result};
use crate::ids::BidId;
use crate::session::Who;
use crate::web::{App, Page, Values, forms};
use crate::who::Actor;

/// Which fields of the form are words of the writer's.
fn is_text(name: &str) -> bool {
    !(["version", "act", "add", "topic_id"].contains(&name)
        || name.starts_with("team")
        || name.ends_with("[step]"))
}

/// Shows what was typed and asks to log in again, or, of somebody logged in anew, to save it.
pub(super) async fn ask(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: BidId,
    kept: String,
    refusal: String,
) -> Result<HttpResponse> {
    let texts: Vec<_> = forms::pairs(kept.as_bytes())
        .into_iter()
        .filter(|(name, value)| is_text(name) && !value.trim().is_empty())
        .map(|(name, value)| json!({ "label": content::label_of(&name), "text": value }))
        .collect();
    app.page(req, who, move |_, actor, _| {
        let known = matches!(actor, Actor::Person(_));
        Ok(Page::new("bids/resume.html")
            .with("id", &id)
            .with("kept", &kept)
            .with("texts", &texts)
            .with("known", &known)
            .with("refusal", &refusal)
            .with("values", &Values::new())
            .with("errors", &FieldErrors::new())
            .status(if known { 403 } else { 401 }))
    })
    .await
}
