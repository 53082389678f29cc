//! A reading that was refused somebody who is logged in is told of in the trail, as far as it is worth it: what is not
//! theirs to read, and what is not there for them.

use actix_web::HttpRequest;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use serde_json::json;

use super::{App, credentials};
use crate::audit::{self, Chain, Event, Verb};
use crate::error::Error;
use crate::session::{self, CHANGE_FIRST};

/// Around every reading that asks for a login: notes what was answered, if it was such a refusal.
pub async fn noted(
    req: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let answered = next.call(req).await?;
    let error = answered.response().error();
    if let Some(code) = error.and_then(|error| code(error.as_error()?)) {
        note(answered.request(), code).await;
    }
    Ok(answered)
}

async fn note(req: &HttpRequest, code: &'static str) {
    let (Some(app), Ok(who)) = (
        req.app_data::<Data<App>>(),
        credentials::read_credentials(req),
    ) else {
        return;
    };
    let path = logged_path(req, &req.match_pattern().unwrap_or_default());
    let Some(session) = who.session() else {
        return;
    };
    if !app.limits.worth_noting(session, &path) {
        return;
    }
    let said = json!({ "path": path, "code": code });
    let noted = app.db.write(move |tx| {
        let actor = session::resolve(tx, &who)?;
        // A session that is over is nobody's any more.
        if actor.user_id().is_none() {
            return Ok(());
        }
        let event = Event::new(Verb::ReadingRefused, Chain::System, "reading", 0);
        audit::record(tx, &actor, event.detail(said.clone()))
    });
    if let Err(error) = noted.await {
        log::warn!("a refused reading is not in the trail: {error}");
    }
}

/// The code of a refusal that hides something.
fn code(error: &Error) -> Option<&'static str> {
    match error {
        Error::NotFound => Some(error.refusal().code),
        Error::Forbidden(refusal) => Some(refusal.code).filter(|code| *code != CHANGE_FIRST),
        Error::Unauthorized(_)
        | Error::BadRequest(_)
        | Error::Conflict(_)
        | Error::PreconditionRequired
        | Error::Invalid(_)
        | Error::TooLarge(_)
        | Error::UnsupportedMedia(_)
        | Error::TooMany(_)
        | Error::Busy
        | Error::Internal(_) => None,
    }
}

/// Codes in a path are secrets: log and trail show the pattern instead.
pub fn logged_path(req: &HttpRequest, pattern: &str) -> String {
    if pattern.contains("{code}") {
        pattern.to_owned()
    } else {
        req.path().to_owned()
    }
}
