//! `/api/v1/contracts`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::actions::{self, AmendInput, SignInput, TerminateInput};
use super::store::Line;
use super::view::{ContractLine, ContractShown};
use super::{Contract, ContractState, visible};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{ContractId, RoundId};
use crate::session;
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Cursor, Empty, Listing, Query, Reply, paging};
use crate::who::Actor;

#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContractsQuery {
    pub state: Option<ContractState>,
    #[param(value_type = Option<i64>)]
    pub round_id: Option<RoundId>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl ContractsQuery {
    pub fn run(&self, c: &mut Conn, actor: &Actor) -> Result<Listing<Line>> {
        let limit = self.limit.unwrap_or(paging::DEFAULT_LIMIT);
        let before = self.cursor.as_deref().map(Cursor::read).transpose()?;
        let rows = actions::list(c, actor, self.state, self.round_id, before, limit)?;
        Ok(Listing::new(rows, limit, |line| line.id.0))
    }
}

fn shown(c: &mut Conn, actor: &Actor, contract: Contract) -> Result<Reply> {
    let version = contract.version;
    Ok(Reply::ok(&ContractShown::load(c, actor, contract)?)?.version(version))
}

/// The contracts of one's own organization, or those in reach of office, secretary and supervisor; newest first.
#[utoipa::path(get, path = "/api/v1/contracts", tag = "contracts", params(ContractsQuery),
    responses((status = 200, body = Listing<ContractLine>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn list(app: Data<App>, who: Who, query: Query<ContractsQuery>) -> Result<HttpResponse> {
    let query = query.0;
    app.api(who, move |c, actor, _| {
        Reply::ok(&query.run(c, actor)?.map(ContractLine::from))
    })
    .await
}

/// One contract with its content, versions and signatures.
#[utoipa::path(get, path = "/api/v1/contracts/{id}", tag = "contracts",
    params(("id" = i64, Path)),
    responses((status = 200, body = ContractShown), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<ContractId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let contract = visible(c, actor, id)?;
        shown(c, actor, contract)
    })
    .await
}

/// The contracts that were drafted.
#[derive(Debug, Serialize, ToSchema)]
pub struct Drafted {
    pub items: Vec<ContractShown>,
}

/// Drafts a contract for every winner of a concluded round that has none yet.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/contracts", tag = "contracts",
    params(("id" = i64, Path, description = "of the round")), request_body = Empty,
    responses((status = 201, body = Drafted), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem,
        description = "`round_not_concluded`, `objection_open`, `nothing_to_draft`, `no_signatory`")))]
pub async fn draft(app: Data<App>, id: Path<RoundId>, call: Call<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        let items = actions::draft_for_round(tx, actor, id)?
            .into_iter()
            .map(|contract| ContractShown::load(tx, actor, contract))
            .collect::<Result<Vec<_>>>()?;
        Reply::created(
            format!("/api/v1/contracts?round_id={id}"),
            &Drafted { items },
        )
    })
    .await
}

/// Whether the asker may know of the contract at all; before their password is looked at.
pub(super) async fn must_be_visible(app: &App, who: &Who, id: ContractId) -> Result<()> {
    let who = who.clone();
    app.db
        .read(move |c| {
            let actor = session::resolve(c, &who)?;
            visible(c, &actor, id)?;
            Ok(())
        })
        .await
}

/// Signs for one's side, re-entering the password: 乙方's branch secretary first, then 甲方's committee secretary.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/sign", tag = "contracts",
    params(("id" = i64, Path)), request_body = SignInput,
    responses((status = 200, body = ContractShown), (status = 401, body = Problem),
        (status = 403, body = Problem, description = "`signatory_required`"), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`b_signs_first`, `already_signed`, `already_in_force`, \
            `contract_ended`, `content_changed`, `content_tampered`"),
        (status = 422, body = Problem, description = "field `password`")))]
pub async fn sign(
    app: Data<App>,
    id: Path<ContractId>,
    call: Call<SignInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    must_be_visible(&app, &call.who, id).await?;
    session::check_password(&app.db, &call.who, call.input.password.clone()).await?;
    app.api_command(call, move |tx, actor, input| {
        let contract = actions::sign(tx, actor, id, input.digest.as_deref())?;
        shown(tx, actor, contract)
    })
    .await
}

/// Writes a new version with a reason; both sides sign again.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/amend", tag = "contracts",
    params(("id" = i64, Path)), request_body = AmendInput,
    responses((status = 200, body = ContractShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn amend(
    app: Data<App>,
    id: Path<ContractId>,
    call: Call<AmendInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, input| {
        let contract = actions::amend(tx, actor, id, version, input)?;
        shown(tx, actor, contract)
    })
    .await
}

/// Ends a contract before its time, and its project with it.
#[utoipa::path(post, path = "/api/v1/contracts/{id}/terminate", tag = "contracts",
    params(("id" = i64, Path)), request_body = TerminateInput,
    responses((status = 200, body = ContractShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn terminate(
    app: Data<App>,
    id: Path<ContractId>,
    call: Call<TerminateInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, input| {
        let contract = actions::terminate(tx, actor, id, version, input)?;
        shown(tx, actor, contract)
    })
    .await
}
