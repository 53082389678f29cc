//! Uploads: the same for a page's form and for a program. A file is received and added in one command; refused, it is
//! removed again. Nothing is written to disk for somebody who may not know of the subject.

use std::sync::Arc;

use actix_multipart::Multipart;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::actions;
use super::shown::AttachmentShown;
use crate::award::minute;
use crate::bids::{self, BidState};
use crate::db::Conn;
use crate::error::Result;
use crate::files::{self, SubjectKind};
use crate::ids::{BidId, RoundId, StepId};
use crate::projects;
use crate::session::{self, Who};
use crate::web::{App, Reply, see_other};
use crate::who::Actor;

/// Where a file goes, and where a person goes on with what sentence.
struct Place {
    kind: SubjectKind,
    id: i64,
    back: String,
    said: &'static str,
}

async fn receive(
    app: &App,
    req: &HttpRequest,
    who: Who,
    form: Multipart,
    place: impl FnOnce(&mut Conn, &Actor) -> Result<Place> + Send + 'static,
) -> Result<HttpResponse> {
    let asking = who.clone();
    let find = move |c: &mut Conn| {
        let actor = session::resolve(c, &asking)?;
        place(c, &actor)
    };
    let Place {
        kind,
        id,
        back,
        said,
    } = app.db.read(find).await?;
    let (received, asked) = files::receive(app, req, &who, form).await?;
    let received = Arc::new(received);
    let shared = received.clone();
    let reply = files::take(app, &who, asked, Some(received), move |tx, actor| {
        let row = actions::add(tx, actor, kind, id, &shared)?;
        let location = format!("/api/v1/attachments/{}", row.id);
        Reply::created(location, &AttachmentShown::from(row))
    })
    .await?;
    if who.api {
        return Ok(reply.into_response());
    }
    Ok(see_other(back, said))
}

/// To a bid's draft.
pub async fn to_bid(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<BidId>,
    form: Multipart,
) -> Result<HttpResponse> {
    let place = move |c: &mut Conn, actor: &Actor| {
        let bids::Seen { bid, .. } = bids::visible(c, actor, *id)?;
        Ok(Place {
            kind: SubjectKind::Bid,
            id: bid.id.0,
            back: format!("/bids/{}#attachments", bid.id),
            said: match bid.state {
                BidState::Submitted => {
                    "附件已上传到草稿。已提交的版本里没有它，请在截止前重新提交。"
                }
                BidState::Draft
                | BidState::Withdrawn
                | BidState::Void
                | BidState::Opened
                | BidState::Merged => "附件已上传。",
            },
        })
    };
    receive(&app, &req, who, form, place).await
}

/// To a step of a project.
pub async fn to_step(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<StepId>,
    form: Multipart,
) -> Result<HttpResponse> {
    let place = move |c: &mut Conn, actor: &Actor| {
        let (step, project) = projects::visible_step(c, actor, *id)?;
        Ok(Place {
            kind: SubjectKind::Step,
            id: step.id.0,
            back: format!("/projects/{}", project.id),
            said: "附件已上传。",
        })
    };
    receive(&app, &req, who, form, place).await
}

/// The file of the minute, to a round's decision.
pub async fn to_decision(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
    form: Multipart,
) -> Result<HttpResponse> {
    let place = move |c: &mut Conn, actor: &Actor| {
        Ok(Place {
            kind: SubjectKind::Decision,
            id: minute::to_attach(c, actor, *id)?.0,
            back: format!("/rounds/{id}/result#minute"),
            said: "党委会纪要已上传。",
        })
    };
    receive(&app, &req, who, form, place).await
}
