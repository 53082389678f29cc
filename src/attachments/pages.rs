//! Uploading from a page and sending a file.

use std::sync::Arc;

use actix_multipart::Multipart;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::actions;
use crate::award::minute;
use crate::error::Result;
use crate::files::{self, Attachment, SubjectKind};
use crate::ids::{AttachmentId, BidId, RoundId, StepId};
use crate::projects;
use crate::session::{self, Who};
use crate::web::{App, Empty, Form, see_other};

/// Receives a file and adds it in one command; refused, the file is removed again.
pub async fn receive_and_add(
    app: &App,
    req: &HttpRequest,
    who: &Who,
    form: Multipart,
    kind: SubjectKind,
    id: i64,
) -> Result<Attachment> {
    let received = Arc::new(files::receive(app, req, who, form).await?);
    let shared = received.clone();
    let row = app
        .command(who, move |tx, actor| {
            actions::add(tx, actor, kind, id, &shared)
        })
        .await?;
    received.keep();
    Ok(row)
}

/// `POST /bids/{id}/attachments`
pub async fn upload_to_bid(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<BidId>,
    form: Multipart,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    receive_and_add(&app, &req, &who, form, SubjectKind::Bid, id.0).await?;
    Ok(see_other(format!("/bids/{id}#attachments"), "附件已上传。"))
}

/// `POST /steps/{id}/attachments`
pub async fn upload_to_step(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<StepId>,
    form: Multipart,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    receive_and_add(&app, &req, &who, form, SubjectKind::Step, id.0).await?;
    let project = app
        .db
        .read(move |c| {
            let actor = session::resolve(c, &who)?;
            Ok(projects::visible_step(c, &actor, id)?.1.id)
        })
        .await?;
    Ok(see_other(format!("/projects/{project}"), "附件已上传。"))
}

/// `POST /rounds/{id}/decision/minute`: the file of the minute.
pub async fn upload_to_decision(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
    form: Multipart,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    receive_minute(&app, &req, &who, id, form).await?;
    Ok(see_other(
        format!("/rounds/{id}/result#minute"),
        "党委会纪要已上传。",
    ))
}

/// Nothing is written to disk for somebody who may not.
pub async fn receive_minute(
    app: &App,
    req: &HttpRequest,
    who: &Who,
    round: RoundId,
    form: Multipart,
) -> Result<Attachment> {
    let asking = who.clone();
    let decision = app
        .db
        .read(move |c| {
            let actor = session::resolve(c, &asking)?;
            minute::to_attach(c, &actor, round)
        })
        .await?;
    receive_and_add(app, req, who, form, SubjectKind::Decision, decision.0).await
}

/// `POST /attachments/{id}/remove`
pub async fn remove(
    app: Data<App>,
    req: HttpRequest,
    id: Path<AttachmentId>,
    form: Form<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let row = app
        .command(&form.who, move |tx, actor| actions::remove(tx, actor, id))
        .await?;
    let back = match row.subject_kind {
        SubjectKind::Bid => format!("/bids/{}#attachments", row.subject_id),
        SubjectKind::Step
        | SubjectKind::Decision
        | SubjectKind::Acceptance
        | SubjectKind::Sheet => req
            .headers()
            .get(header::REFERER)
            .and_then(|value| value.to_str().ok())
            .and_then(|url| {
                url.split_once("://")?
                    .1
                    .split_once('/')
                    .map(|(_, path)| format!("/{path}"))
            })
            .unwrap_or_else(|| "/home".to_owned()),
    };
    Ok(see_other(back, "附件已移除。"))
}

/// `GET /attachments/{id}`
pub async fn download(app: Data<App>, who: Who, id: Path<AttachmentId>) -> Result<HttpResponse> {
    send(&app, who, id.into_inner()).await
}

/// Sends a file to whoever may read it.
pub async fn send(app: &App, who: Who, id: AttachmentId) -> Result<HttpResponse> {
    let folder = app.files.clone();
    let (row, file) = app
        .db
        .read(move |c| {
            let actor = session::resolve(c, &who)?;
            actor.person()?;
            let (row, key) = actions::readable(c, &actor, id)?;
            let file = files::stored(&folder, &row, key.as_ref())?;
            Ok((row, file))
        })
        .await?;
    Ok(files::sent(&row, file))
}
