//! For everybody: receipts and certificates.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::acceptance::{AcceptanceState, views};
use crate::clock;
use crate::error::Result;
use crate::ids::AcceptanceId;
use crate::session::Who;
use crate::web::{App, Page};

/// `GET /acceptances/{id}/receipts`
pub async fn receipts(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<AcceptanceId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.page(&req, who, move |c, _, _| {
        let receipts = views::receipts(c, id)?;
        let acceptance = crate::acceptance::find(c, id)?;
        let project = crate::projects::find(c, acceptance.project_id)?;
        Ok(Page::new("acceptance/receipts.html")
            .with("title", &project.title)
            .with("open", &(acceptance.state == AcceptanceState::Open))
            .with("ballots", &receipts.ballots)
            .with("questionnaires", &receipts.questionnaires))
    })
    .await
}

/// `GET /certificates/{code}`
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
            .with("code", &shown.code)
            .with("project", &shown.project)
            .with("organization", &shown.organization)
            .with("committee", &shown.committee)
            .with("grade", &shown.grade.label())
            .with(
                "date",
                &clock::show_date(clock::local_date(shown.decided_at)),
            ))
    })
    .await
}
