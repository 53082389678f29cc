//! Taking a file off on a page, and sending one.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::actions;
use crate::error::Result;
use crate::files::{self, SubjectKind};
use crate::ids::AttachmentId;
use crate::session::{self, Who};
use crate::web::site::came_from;
use crate::web::{App, Empty, Form, see_other};

/// `POST /attachments/{id}/remove`
pub async fn remove(
    app: Data<App>,
    req: HttpRequest,
    id: Path<AttachmentId>,
    form: Form<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let (row, still) = app
        .command(&form.who, move |tx, actor| {
            let row = actions::remove(tx, actor, id)?;
            Ok((row, actions::visible(tx, actor, id).is_ok()))
        })
        .await?;
    let said = match still {
        true => "附件已从草稿移除。已提交的版本里仍有它，请在截止前重新提交。",
        false => "附件已移除。",
    };
    let back = match row.subject_kind {
        SubjectKind::Bid => format!("/bids/{}#attachments", row.subject_id),
        SubjectKind::Step
        | SubjectKind::Decision
        | SubjectKind::Acceptance
        | SubjectKind::Sheet => came_from(&req).unwrap_or_else(|| "/home".to_owned()),
    };
    Ok(see_other(back, said))
}

/// `GET /attachments/{id}`, the same for programs: to whoever may read it.
pub async fn download(app: Data<App>, who: Who, id: Path<AttachmentId>) -> Result<HttpResponse> {
    let id = id.into_inner();
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
