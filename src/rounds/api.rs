//! `/api/v1/rounds`.

pub mod failed;
pub mod questions;

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::input::{
    ExtendInput, OpenersInput, ReasonInput, RenewInput, RoundInput, RoundPatch, ShareAgainInput,
};
use super::view::openers::OpenersShown;
use super::view::{RoundLine, RoundShown};
use super::{Round, RoundState, actions};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::RoundId;
use crate::opening;
use crate::opening::input::OpeningInput;
use crate::rulings;
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Cursor, Empty, Listing, Query, Reply, paging};
use crate::who::Actor;

#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RoundsQuery {
    pub state: Option<RoundState>,
    #[validate(range(min = 2000, max = 2100))]
    #[param(minimum = 2000, maximum = 2100)]
    pub year: Option<i64>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl RoundsQuery {
    /// A page of rounds. `sealed` is the clock's: stored rounds are asked for as `open` and told apart here.
    pub fn run(
        &self,
        c: &mut crate::db::Conn,
        actor: &Actor,
        now: crate::clock::Instant,
    ) -> Result<Listing<Round>> {
        let limit = self.limit.unwrap_or(paging::DEFAULT_LIMIT);
        let before = self.cursor.as_deref().map(Cursor::read).transpose()?;
        let stored = match self.state {
            None => Vec::new(),
            Some(RoundState::Sealed) => vec![RoundState::Open],
            Some(other) => vec![other],
        };
        let rows = actions::list(c, actor, stored, self.year, before, limit)?;
        let mut listing = Listing::new(rows, limit, |round| round.id.0);
        if let Some(state) = self.state {
            listing.items.retain(|round| round.state_at(now) == state);
        }
        Ok(listing)
    }
}

/// Rounds in reach, newest first.
#[utoipa::path(get, path = "/api/v1/rounds", tag = "rounds", params(RoundsQuery),
    responses((status = 200, body = Listing<RoundLine>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub async fn list(app: Data<App>, who: Who, query: Query<RoundsQuery>) -> Result<HttpResponse> {
    let query = query.0;
    app.api(who, move |c, actor, now| {
        let listing = query.run(c, actor, now)?;
        Reply::ok(&listing.map(|round| RoundLine::of(&round, now)))
    })
    .await
}

fn shown(tx: &mut Tx, round: &Round) -> Result<Reply> {
    let now = tx.now();
    Ok(Reply::ok(&RoundShown::of(tx, round, now)?)?.version(round.version))
}

/// Make a draft round.
#[utoipa::path(post, path = "/api/v1/rounds", tag = "rounds", request_body = RoundInput,
    responses((status = 201, body = RoundShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create(app: Data<App>, call: Call<RoundInput>) -> Result<HttpResponse> {
    app.api_command(call, |tx, actor, input| {
        let round = actions::create(tx, actor, input)?;
        let now = tx.now();
        let body = RoundShown::of(tx, &round, now)?;
        Ok(Reply::created(format!("/api/v1/rounds/{}", round.id), &body)?.version(round.version))
    })
    .await
}

/// One round.
#[utoipa::path(get, path = "/api/v1/rounds/{id}", tag = "rounds", params(("id" = RoundId, Path)),
    responses((status = 200, body = RoundShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, now| {
        let round = actions::visible(c, actor, id)?;
        Ok(Reply::ok(&RoundShown::of(c, &round, now)?)?.version(round.version))
    })
    .await
}

/// Change a draft round; what is absent stays.
#[utoipa::path(patch, path = "/api/v1/rounds/{id}", tag = "rounds",
    params(("id" = RoundId, Path), ("If-Match" = String, Header, description = "ETag of the version changed")),
    request_body = RoundPatch,
    responses((status = 200, body = RoundShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 428, body = Problem)))]
pub async fn change(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<RoundPatch>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let if_match = call.if_match;
    app.api_command(call, move |tx, actor, patch| {
        let round = actions::visible(tx, actor, id)?;
        let version = if_match.required()?;
        let input = patch.clone().onto(actions::input_of(tx, &round)?);
        let round = actions::change(tx, actor, id, version, &input)?;
        shown(tx, &round)
    })
    .await
}

macro_rules! verb {
    ($(#[$doc:meta])* $name:ident, $path:literal, $input:ty, |$tx:ident, $actor:ident, $id:ident, $body:ident| $action:expr) => {
        $(#[$doc])*
        #[utoipa::path(post, path = $path, tag = "rounds", params(("id" = RoundId, Path)), request_body = $input,
            responses((status = 200, body = RoundShown), (status = 400, body = Problem), (status = 401, body = Problem),
                (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
                (status = 422, body = Problem)))]
        pub async fn $name(app: Data<App>, id: Path<RoundId>, call: Call<$input>) -> Result<HttpResponse> {
            let $id = id.into_inner();
            app.api_command(call, move |$tx, $actor, $body| {
                let round = $action?;
                shown($tx, &round)
            })
            .await
        }
    };
}

verb!(
    /// Publish: from here on only the schedule may move, and only later.
    publish, "/api/v1/rounds/{id}/publish", OpenersInput, |tx, actor, id, input| actions::publish(tx, actor, id, input));
verb!(
    /// Move the schedule later, with a reason shown to all.
    extend, "/api/v1/rounds/{id}/extend", ExtendInput, |tx, actor, id, input| actions::extend(tx, actor, id, input));
verb!(
    /// Cancel, with a reason shown to all.
    cancel, "/api/v1/rounds/{id}/cancel", ReasonInput, |tx, actor, id, input| actions::cancel(tx, actor, id, &input.reason));

verb!(
    /// Conclude a round whose topics have all failed, once each is decided.
    close, "/api/v1/rounds/{id}/close", Empty, |tx, actor, id, _input| rulings::close(tx, actor, id));

/// Copy a round whole as a draft for this year: dates on this year's working days, the panel's members still in office.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/copy", tag = "rounds", params(("id" = RoundId, Path)), request_body = Empty,
    responses((status = 201, body = RoundShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn copy(app: Data<App>, id: Path<RoundId>, call: Call<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        let round = rulings::copy(tx, actor, id)?;
        let now = tx.now();
        let body = RoundShown::of(tx, &round, now)?;
        Ok(Reply::created(format!("/api/v1/rounds/{}", round.id), &body)?.version(round.version))
    })
    .await
}

/// Open all bids: so many of the openers, a supervisor among them, each with their own password.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/opening", tag = "rounds", params(("id" = RoundId, Path)),
    request_body = OpeningInput,
    responses((status = 200, body = RoundShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn open(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<OpeningInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    opening::check_may_open(&app.db, &call.who, id).await?;
    let present = actions::openers::unlock(&app, &call.input.openers, "openers").await?;
    app.api_command(call, move |tx, actor, input| {
        let round = opening::open(
            tx,
            actor,
            id,
            &present,
            &input.attendance,
            input.abandon_reason.as_deref(),
        )?;
        shown(tx, &round)
    })
    .await
}

/// Who opens a round's bids: so many of them, a supervisor always among them.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/openers", tag = "rounds", params(("id" = RoundId, Path)),
    responses((status = 200, body = OpenersShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn openers(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let round = actions::visible(c, actor, id)?;
        Ok(Reply::ok(&OpenersShown::of(c, actor, &round)?)?.version(round.version))
    })
    .await
}

/// New shares of the round's key, by as many present openers as it takes to open.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/openers", tag = "rounds", params(("id" = RoundId, Path)),
    request_body = ShareAgainInput,
    responses((status = 200, body = OpenersShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn share_again(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<ShareAgainInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    actions::openers::check_may(&app, &call.who, id).await?;
    let present = actions::openers::unlock(&app, &call.input.present, "present").await?;
    app.api_command(call, move |tx, actor, input| {
        let round = actions::openers::share_again(tx, actor, id, input, &present)?;
        Reply::ok(&OpenersShown::of(tx, actor, &round)?)
    })
    .await
}

/// A new key, because the openers of the present one can never meet: every bidder seals their own copy again.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/openers/renew", tag = "rounds", params(("id" = RoundId, Path)),
    request_body = RenewInput,
    responses((status = 200, body = OpenersShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn renew_key(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<RenewInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let round = actions::openers::renew(tx, actor, id, input)?;
        Reply::ok(&OpenersShown::of(tx, actor, &round)?)
    })
    .await
}
