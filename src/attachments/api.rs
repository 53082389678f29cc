//! `/api/v1/…/attachments`.

use actix_multipart::Multipart;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::{actions, pages};
use crate::bids;
use crate::clock::Instant;
use crate::error::Result;
use crate::files::{Attachment, SubjectKind};
use crate::ids::{AttachmentId, BidId, RoundId, UserId};
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Empty, Reply};

/// A file. Its bytes: `GET /api/v1/attachments/{id}`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttachmentShown {
    pub id: AttachmentId,
    pub name: String,
    #[schema(example = "application/pdf")]
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    pub sha256: String,
    pub uploaded_by: UserId,
    pub uploaded_at: Instant,
}

impl From<Attachment> for AttachmentShown {
    fn from(row: Attachment) -> Self {
        Self {
            id: row.id,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            uploaded_by: row.uploaded_by,
            uploaded_at: row.uploaded_at,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Attachments {
    pub items: Vec<AttachmentShown>,
}

/// A multipart form with one file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "tells OpenAPI the form's shape")]
pub struct Upload {
    /// At most 20 MB: PDF, Word, Excel, PowerPoint, PNG, JPEG, MP4 or plain text.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Attach a file to a bid's draft.
#[utoipa::path(post, path = "/api/v1/bids/{id}/attachments", tag = "bids", params(("id" = BidId, Path)),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub async fn upload_to_bid(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<BidId>,
    form: Multipart,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    // Nothing is written to disk for somebody who may not.
    let asking = who.clone();
    app.db
        .read(move |c| {
            let actor = crate::session::resolve(c, &asking)?;
            bids::visible(c, &actor, id).map(drop)
        })
        .await?;
    let row = pages::receive_and_add(&app, &req, &who, form, SubjectKind::Bid, id.0).await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/attachments/{}", row.id)))
        .json(AttachmentShown::from(row)))
}

/// Attach the file of the 党委会 minute to the round's decision: by the secretary or the office, until the conclusion.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/decision/minute", tag = "rounds", params(("id" = RoundId, Path)),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 201, body = AttachmentShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub async fn upload_to_decision(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
    form: Multipart,
) -> Result<HttpResponse> {
    let row = pages::receive_minute(&app, &req, &who, id.into_inner(), form).await?;
    Ok(HttpResponse::Created()
        .insert_header(("Location", format!("/api/v1/attachments/{}", row.id)))
        .json(AttachmentShown::from(row)))
}

/// A bid's files.
#[utoipa::path(get, path = "/api/v1/bids/{id}/attachments", tag = "bids", params(("id" = BidId, Path)),
    responses((status = 200, body = Attachments), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn of_bid(app: Data<App>, who: Who, id: Path<BidId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let (bid, _) = bids::visible(c, actor, id)?;
        let items = bids::files_for(c, actor, &bid)?
            .into_iter()
            .map(AttachmentShown::from)
            .collect();
        Reply::ok(&Attachments { items })
    })
    .await
}

/// A file's bytes.
#[utoipa::path(get, path = "/api/v1/attachments/{id}", tag = "bids", params(("id" = AttachmentId, Path)),
    responses((status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn download(app: Data<App>, who: Who, id: Path<AttachmentId>) -> Result<HttpResponse> {
    pages::send(&app, who, id.into_inner()).await
}

/// Take a file off a draft.
#[utoipa::path(delete, path = "/api/v1/attachments/{id}", tag = "bids", params(("id" = AttachmentId, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
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
