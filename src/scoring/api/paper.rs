//! Sheets filled in on paper: entered by the office with their scan, answered for by their reviewers.

use std::sync::Arc;

use actix_multipart::Multipart;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use validator::Validate;

use crate::db::Conn;
use crate::error::{Error, Result};
use crate::files::{self, Received, Sent, Taken};
use crate::ids::{EvaluationId, SheetId};
use crate::scoring::actions::paper::{desk, enter};
use crate::scoring::api::sheets::reply;
use crate::scoring::input::{PaperAgainInput, PaperInput};
use crate::session::{self, Who};
use crate::web::call::{self, if_match};
use crate::web::{App, Reply, errors};
use crate::who::Actor;

/// A multipart form: what the sheet says, as JSON, and its scan.
#[derive(ToSchema)]
#[expect(dead_code, reason = "tells OpenAPI the form's shape")]
pub struct PaperUpload {
    sheet: PaperInput,
    /// The scan of the signed sheet, at most 20 MB: PDF, JPEG or PNG.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The same for a sheet that is entered again.
#[derive(ToSchema)]
#[expect(dead_code, reason = "tells OpenAPI the form's shape")]
pub struct PaperAgainUpload {
    sheet: PaperAgainInput,
    /// May be left out by who brought the one that is there.
    #[schema(value_type = String, format = Binary)]
    file: Option<Vec<u8>>,
}

/// Asks before a file is taken: nothing is written to disk for somebody who may not.
async fn ask<T: Send + 'static>(
    app: &App,
    who: &Who,
    may: impl FnOnce(&mut Conn, &Actor) -> Result<T> + Send + 'static,
) -> Result<()> {
    let asking = who.clone();
    app.db
        .read(move |c| {
            let actor = session::resolve(c, &asking)?;
            may(c, &actor).map(drop)
        })
        .await
}

/// The JSON of the part `sheet`, and the file.
fn parts<T: DeserializeOwned + Validate>(sent: Sent) -> Result<(T, Option<Arc<Received>>)> {
    let file = sent.file?.map(Arc::new);
    let mut sheet = None;
    for (name, text) in sent.pairs {
        match name.as_str() {
            "sheet" => sheet = Some(text),
            _ => return Err(Error::field(&name, errors::no_field(&name))),
        }
    }
    let sheet = sheet.ok_or_else(|| Error::field("sheet", "请填写评分表的内容。"))?;
    Ok((call::from_json(sheet.as_bytes())?, file))
}

/// Enter a signed paper sheet with its scan: the reviewer's sheet is handed in with it, marked as entered from paper.
/// For the office, while scoring lasts, in the place of a reviewer who signed the undertaking, marks this bid, and has
/// handed in nothing for it.
pub async fn enter(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<EvaluationId>,
    form: Multipart,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    ask(&app, &who, move |c, actor| desk::may_begin(c, actor, id)).await?;
    let sent = files::receive_form(&app, &req, &who, form, Taken::Scans).await?;
    let asked = sent.asked.clone();
    let (input, scan) = parts::<PaperInput>(sent)?;
    let scan = scan.ok_or_else(no_scan)?;
    let shared = scan.clone();
    let reply = files::take(&app, &who, asked, Some(scan), move |tx, actor| {
        let sheet = enter::enter(tx, actor, id, &input, &shared)?.id;
        Ok(Reply {
            status: 201,
            location: Some(format!("/api/v1/score_sheets/{sheet}")),
            ..reply(tx, actor, sheet)?
        })
    });
    Ok(reply.await?.into_response())
}

/// What is missing most often.
pub fn no_scan() -> Error {
    Error::field("file", "请上传签名的纸质评分表的扫描件。")
}

/// Enter a paper sheet again where it was not entered right, with the reason; what was entered before is kept. Whoever
/// entered it may leave the scan as it is, anybody else of the office brings one.
pub async fn correct(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<SheetId>,
    form: Multipart,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = if_match(&req)?;
    ask(&app, &who, move |c, actor| desk::again(c, actor, id)).await?;
    let version = version.required()?;
    let sent = files::receive_form(&app, &req, &who, form, Taken::Scans).await?;
    let asked = sent.asked.clone();
    let (input, scan) = parts::<PaperAgainInput>(sent)?;
    let shared = scan.clone();
    let reply = files::take(&app, &who, asked, scan, move |tx, actor| {
        enter::correct(tx, actor, id, version, &input, shared.as_deref())?;
        reply(tx, actor, id)
    });
    Ok(reply.await?.into_response())
}
