//! `/api/v1/…/attachments`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;
use utoipa::ToSchema;

use super::actions;
use super::shown::{AttachmentShown, BidFileShown};
use crate::bids::{self, Seen};
use crate::error::Result;
use crate::files::{self, SubjectKind};
use crate::ids::{AttachmentId, BidId, StepId};
use crate::projects;
use crate::web::{App, Ask, Call, Empty, Reply};

#[derive(Debug, Serialize, ToSchema)]
pub struct Attachments {
    pub items: Vec<BidFileShown>,
}

/// The files of a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepFiles {
    pub items: Vec<AttachmentShown>,
}

/// A multipart form with one file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "tells OpenAPI the form's shape")]
pub struct Upload {
    /// At most 20 MB: PDF, OFD, Word, Excel, PowerPoint, WPS, OpenDocument, PNG, JPEG, HEIC, MP4 or plain text.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

pub fn of_bid(ask: &mut Ask, id: BidId) -> Result<Reply> {
    let Seen { bid, veil, .. } = bids::visible(ask.c, ask.actor, id)?;
    let items = bids::files_for(ask.c, ask.actor, &bid, &veil)?
        .into_iter()
        .map(BidFileShown::from)
        .collect();
    Reply::ok(&Attachments { items })
}

pub fn of_step(ask: &mut Ask, id: StepId) -> Result<Reply> {
    let (step, _) = projects::visible_step(ask.c, ask.actor, id)?;
    let items = files::of_subject(ask.c, SubjectKind::Step, step.id.0)?
        .into_iter()
        .map(AttachmentShown::from)
        .collect();
    Reply::ok(&StepFiles { items })
}

/// `DELETE /api/v1/attachments/{id}`
pub async fn remove(
    app: Data<App>,
    id: Path<AttachmentId>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        actions::remove(tx, actor, id)?;
        Ok(Reply::no_content())
    })
    .await
}
