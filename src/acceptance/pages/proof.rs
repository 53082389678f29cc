//! For everybody: receipts and certificates.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::acceptance::views::ReceiptsShown;
use crate::acceptance::{AcceptanceState, CodeAct, CodeKind, find, views};
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
        .with("tally", &tally(&receipts))
        .with("issues", &issues(&receipts))
        .with("eligible", &acceptance.eligible_voters)
        .with("ballots", &receipts.ballots)
        .with("questionnaires", &receipts.questionnaires))
}

fn tally(receipts: &ReceiptsShown) -> Vec<Value> {
    CodeKind::ALL
        .iter()
        .map(|kind| json!({ "label": kind.label(), "of": receipts.tally.of(*kind) }))
        .collect()
}

fn issues(receipts: &ReceiptsShown) -> Vec<Value> {
    let told = receipts.issues.iter();
    told.map(|issue| {
        let said = match issue.act {
            CodeAct::Issued => "发出",
            CodeAct::Voided => "作废",
            CodeAct::Unused => "截止时未用，作废",
        };
        let said = format!("{} {said} {} 个", issue.kind.label(), issue.count);
        json!({ "said": said, "at": issue.created_at })
    })
    .collect()
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
