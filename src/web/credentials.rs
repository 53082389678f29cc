//! The credentials a request carries: a page's cookie, a program's Bearer token.

use std::future::{Ready, ready};

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse};

use super::App;
use crate::error::{Error, Result};
use crate::ids::SessionId;
use crate::limits;
use crate::session::{self, COOKIE, DEVICE_COOKIE, Origin, Who};

impl FromRequest for Who {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read_credentials(req))
    }
}

/// What is asked is part of changing a one-time password.
struct Changing;

/// Lets whoever has a one-time password past, for changing it or leaving.
pub async fn changing(
    req: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    req.extensions_mut().insert(Changing);
    next.call(req).await
}

pub fn read_credentials(req: &HttpRequest) -> Result<Who> {
    let who = carried(req)?.from(origin(req));
    Ok(match req.extensions().contains::<Changing>() {
        true => who.changing(),
        false => who,
    })
}

fn carried(req: &HttpRequest) -> Result<Who> {
    let Some(app) = req.app_data::<Data<App>>() else {
        return Ok(Who::default());
    };
    // The documentation is a page among the API's addresses.
    if req.path().starts_with("/api/") && req.path() != "/api/docs" {
        let Some(value) = req.headers().get(header::AUTHORIZATION) else {
            return Ok(Who::program());
        };
        let token = value
            .to_str()
            .ok()
            .and_then(|value| value.strip_prefix("Bearer "));
        return Who::by_bearer(app.keys(), token);
    }
    let cookie = req.cookie(COOKIE);
    Ok(Who::by_cookie(
        app.keys(),
        cookie.as_ref().map(|cookie| cookie.value()),
    ))
}

/// Whence it comes: a browser says which device it is, a program says it where it logs in.
fn origin(req: &HttpRequest) -> Origin {
    let Some(app) = req.app_data::<Data<App>>() else {
        return Origin::default();
    };
    let device = req.cookie(DEVICE_COOKIE);
    let device = device.as_ref().map(|cookie| cookie.value());
    app.keys().origin(limits::client(req), device)
}

/// Before anything of a request is read: who carries no credentials at all learns nothing of what it would take.
pub async fn required(
    req: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let refused = match read_credentials(req.request()) {
        Ok(who) if who.claims.is_some() => return next.call(req).await,
        Ok(_) => Error::unauthorized(),
        Err(error) => error,
    };
    let (request, _) = req.into_parts();
    Ok(ServiceResponse::new(
        request,
        HttpResponse::from_error(refused),
    ))
}

/// Marks a session as used, at most once a minute, without making the request wait.
pub fn keep_alive(app: &App, session: SessionId) {
    if !app.seen_lately(session) {
        let db = app.db.clone();
        actix_web::rt::spawn(async move {
            let touched = db.write(move |tx| session::touch(tx, session)).await;
            if let Err(error) = touched {
                log::warn!("cannot mark a session as used: {error}");
            }
        });
    }
}
