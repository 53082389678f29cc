//! For everybody: receipts and certificates.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::acceptance::{AcceptanceState, find, views};
use crate::error::Result;
use crate::ids::AcceptanceId;
use crate::projects;
use crate::session::Who;
use crate::web::{App, Ask, Page};

/// `GET /acceptances/{id}/receipts`
pub fn receipts(ask: &mut Ask, id: AcceptanceId) -> Result<Page> {
    let receipts = views::receipts(ask.c, id)?;
    let acceptance = find(ask.c, id)?;
    let project = projects::find(ask.c, acceptance.project_id)?;
    Ok(Page::new("acceptance/receipts.html")
        .with("title", &project.title)
        .with("open", &(acceptance.state == AcceptanceState::Open))
        .with("ballots", &receipts.ballots)
        .with("questionnaires", &receipts.questionnaires))
}

/// `GET /certificates/{code}`: codes are not tried for ever.
pub async fn certificate(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    code: Path<String>,
) -> Result<HttpResponse> {
    app.limits.post(&req)?;
    let code = code.into_inner();
    app.page(&req, who, move |c, _, _| {
        let shown = views::certificate(c, &code)?;
        Ok(Page::new("acceptance/certificate.html")
            .with("grade", &shown.grade.label())
            .with("shown", &shown))
    })
    .await
}
