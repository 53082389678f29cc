//! `/api/v1/acceptances`, and voting by code.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::input::{AcceptanceInput, CodesInput, DecideInput, VoteInput};
use super::views::{self, AcceptanceShown, CertificateShown, QuestionShown, ReceiptsShown};
use super::{CodeKind, actions, visible};
use crate::clock::Instant;
use crate::error::Result;
use crate::ids::{AcceptanceId, CriterionId, ProjectId};
use crate::marks::Mark;
use crate::scoring::input::SheetInput;
use crate::scoring::{self, MarkGiven, ScoreSheet, SheetState};
use crate::seats;
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Empty, Reply};

/// Begin the acceptance of a project: the committee's office, once all steps before it have passed.
#[utoipa::path(post, path = "/api/v1/projects/{id}/acceptance", tag = "acceptance", params(("id" = i64, Path)),
    request_body = AcceptanceInput,
    responses((status = 201, body = AcceptanceShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn open(
    app: Data<App>,
    id: Path<ProjectId>,
    call: Call<AcceptanceInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let acceptance = actions::open(tx, actor, id, input)?;
        let shown = views::shown(tx, &acceptance)?;
        Ok(
            Reply::created(format!("/api/v1/acceptances/{}", acceptance.id), &shown)?
                .version(acceptance.version),
        )
    })
    .await
}

/// One acceptance. Before the closing there are counts only.
#[utoipa::path(get, path = "/api/v1/acceptances/{id}", tag = "acceptance", params(("id" = i64, Path)),
    responses((status = 200, body = AcceptanceShown), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<AcceptanceId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let acceptance = visible(c, actor, id)?;
        Ok(Reply::ok(&views::shown(c, &acceptance)?)?.version(acceptance.version))
    })
    .await
}

/// Fresh codes, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodesShown {
    pub kind: CodeKind,
    #[schema(example = json!(["K7QM-3WXP-ABCD"]))]
    pub codes: Vec<String>,
    /// Where each code is used: this address and the code.
    pub vote_url: String,
}

/// Hand out voting codes. They are shown in this answer and never again, so `Idempotency-Key` is not honoured here.
#[utoipa::path(post, path = "/api/v1/acceptances/{id}/ballot_codes", tag = "acceptance", params(("id" = i64, Path)),
    request_body = CodesInput,
    responses((status = 200, body = CodesShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn issue_codes(
    app: Data<App>,
    id: Path<AcceptanceId>,
    mut call: Call<CodesInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    // A remembered answer would keep the codes.
    call.idempotency_key = None;
    let vote_url = format!("{}/vote/", app.public_url.trim_end_matches('/'));
    app.api_command(call, move |tx, actor, input| {
        let (_, codes) = actions::issue_codes(tx, actor, id, input)?;
        Reply::ok(&CodesShown {
            kind: input.kind,
            codes,
            vote_url: vote_url.clone(),
        })
    })
    .await
}

/// End voting and marking; the scores stand from here on.
#[utoipa::path(post, path = "/api/v1/acceptances/{id}/close", tag = "acceptance", params(("id" = i64, Path)),
    responses((status = 200, body = AcceptanceShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn close(
    app: Data<App>,
    id: Path<AcceptanceId>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, _| {
        let acceptance = actions::close(tx, actor, id, version)?;
        Ok(Reply::ok(&views::shown(tx, &acceptance)?)?.version(acceptance.version))
    })
    .await
}

/// Decide the result: the committee secretary.
#[utoipa::path(post, path = "/api/v1/acceptances/{id}/decide", tag = "acceptance", params(("id" = i64, Path)),
    request_body = DecideInput,
    responses((status = 200, body = AcceptanceShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn decide(
    app: Data<App>,
    id: Path<AcceptanceId>,
    call: Call<DecideInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, input| {
        let acceptance = actions::decide(tx, actor, id, version, input)?;
        Ok(Reply::ok(&views::shown(tx, &acceptance)?)?.version(acceptance.version))
    })
    .await
}

/// A criterion of the on-site score sheet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AcceptanceCriterionShown)]
pub struct CriterionShown {
    pub id: CriterionId,
    pub name: String,
    pub description: String,
    pub full_marks: Mark,
}

/// A mark given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AcceptanceMarkShown)]
pub struct MarkShown {
    pub criterion_id: CriterionId,
    pub mark: Option<Mark>,
    pub comment: String,
}

/// One's own on-site score sheet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AcceptanceSheetShown)]
pub struct SheetShown {
    pub acceptance_id: AcceptanceId,
    pub criteria: Vec<CriterionShown>,
    /// None before the first saving.
    pub state: Option<SheetState>,
    pub marks: Vec<MarkShown>,
    pub total: Mark,
    pub notes: String,
    pub submitted_at: Option<Instant>,
    /// 0 before the first saving.
    pub version: i64,
}

pub(super) fn sheet_shown(
    id: AcceptanceId,
    criteria: Vec<seats::Criterion>,
    sheet: Option<&ScoreSheet>,
) -> Result<SheetShown> {
    let marks: Vec<MarkGiven> = sheet
        .map(ScoreSheet::marks)
        .transpose()?
        .unwrap_or_default();
    Ok(SheetShown {
        acceptance_id: id,
        criteria: criteria
            .into_iter()
            .map(|criterion| CriterionShown {
                id: criterion.id,
                name: criterion.name,
                description: criterion.description,
                full_marks: criterion.full_marks,
            })
            .collect(),
        state: sheet.map(|sheet| sheet.state),
        marks: marks
            .into_iter()
            .map(|given| MarkShown {
                criterion_id: given.criterion_id,
                mark: given.mark.map(Mark),
                comment: given.comment,
            })
            .collect(),
        total: Mark(sheet.map_or(0, |sheet| sheet.total)),
        notes: sheet.map(|sheet| sheet.notes.clone()).unwrap_or_default(),
        submitted_at: sheet.and_then(|sheet| sheet.submitted_at),
        version: sheet.map_or(0, |sheet| sheet.version),
    })
}

/// One's own on-site score sheet: the panel alone.
#[utoipa::path(get, path = "/api/v1/acceptances/{id}/score_sheet", tag = "acceptance", params(("id" = i64, Path)),
    responses((status = 200, body = SheetShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn sheet(app: Data<App>, who: Who, id: Path<AcceptanceId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let acceptance = visible(c, actor, id)?;
        let reviewer = actions::score_refusal(c, actor, &acceptance)?;
        let sheet = scoring::sheets_of(c, acceptance.evaluation_id, id.0)?
            .into_iter()
            .find(|sheet| sheet.reviewer_id == reviewer);
        let criteria = seats::criteria(c, acceptance.evaluation_id)?;
        let shown = sheet_shown(id, criteria, sheet.as_ref())?;
        Ok(Reply::ok(&shown)?.version(shown.version))
    })
    .await
}

/// Save or hand in one's own sheet. `If-Match: "v0"` before the first saving.
#[utoipa::path(put, path = "/api/v1/acceptances/{id}/score_sheet", tag = "acceptance", params(("id" = i64, Path)),
    request_body = SheetInput,
    responses((status = 200, body = SheetShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub async fn save_sheet(
    app: Data<App>,
    id: Path<AcceptanceId>,
    call: Call<SheetInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.required()?;
    app.api_command(call, move |tx, actor, input| {
        let sheet = actions::save_sheet(tx, actor, id, Some(version), input)?;
        let criteria = seats::criteria(tx, sheet.evaluation_id)?;
        let shown = sheet_shown(id, criteria, Some(&sheet))?;
        Ok(Reply::ok(&shown)?.version(shown.version))
    })
    .await
}

/// What a code asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoteAsked {
    pub kind: CodeKind,
    pub project: String,
    pub organization: String,
    /// Of a questionnaire; a ballot has one choice.
    pub questions: Vec<QuestionShown>,
}

/// What a code asks its holder. No login.
#[utoipa::path(get, path = "/api/v1/vote/{code}", tag = "acceptance", security(()), params(("code" = String, Path)),
    responses((status = 200, body = VoteAsked), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 429, body = Problem)))]
pub async fn asked(app: Data<App>, req: HttpRequest, code: Path<String>) -> Result<HttpResponse> {
    let code = code.into_inner();
    app.limits.vote(&req, &code)?;
    app.api(Who::visitor(), move |c, _, _| {
        let asked = actions::asked(c, &code)?;
        Reply::ok(&VoteAsked {
            kind: asked.kind,
            project: asked.project,
            organization: asked.organization,
            questions: asked
                .questions
                .iter()
                .map(QuestionShown::of)
                .collect::<Result<_>>()?,
        })
    })
    .await
}

/// The receipt of a vote.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoteReceipt {
    /// Random; found again in the published list.
    #[schema(example = "K7QM-3WXP-ABCD")]
    pub receipt: String,
    pub acceptance_id: AcceptanceId,
}

/// Cast a ballot or hand in a questionnaire. No login; the code can be used once. Nothing that could join the code or
/// the voter with the vote is kept: no event, no time, no `Idempotency-Key`.
#[utoipa::path(post, path = "/api/v1/vote/{code}", tag = "acceptance", security(()), params(("code" = String, Path)),
    request_body = VoteInput,
    responses((status = 200, body = VoteReceipt), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn cast(
    app: Data<App>,
    req: HttpRequest,
    code: Path<String>,
    call: Call<VoteInput>,
) -> Result<HttpResponse> {
    let code = code.into_inner();
    app.limits.vote(&req, &code)?;
    let input = call.input;
    let cast = app
        .db
        .write(move |tx| actions::cast(tx, &code, &input))
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(VoteReceipt {
            receipt: cast.receipt,
            acceptance_id: cast.acceptance.id,
        }))
}

/// All receipts, sorted. No login.
#[utoipa::path(get, path = "/api/v1/acceptances/{id}/receipts", tag = "acceptance", security(()),
    params(("id" = i64, Path)), responses((status = 200, body = ReceiptsShown), (status = 404, body = Problem)))]
pub async fn receipts(app: Data<App>, id: Path<AcceptanceId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(Who::visitor(), move |c, _, _| {
        Reply::ok(&views::receipts(c, id)?)
    })
    .await
}

/// Verify a certificate by its code. No login.
#[utoipa::path(get, path = "/api/v1/public/certificates/{code}", tag = "acceptance", security(()),
    params(("code" = String, Path)), responses((status = 200, body = CertificateShown), (status = 404, body = Problem)))]
pub async fn certificate(
    app: Data<App>,
    req: HttpRequest,
    code: Path<String>,
) -> Result<HttpResponse> {
    app.limits.post(&req)?;
    let code = code.into_inner();
    app.api(Who::visitor(), move |c, _, _| {
        Reply::ok(&views::certificate(c, &code)?)
    })
    .await
}
