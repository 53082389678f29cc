//! `/api/v1/rounds/{id}/bids` and `/api/v1/bids`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::actions::{GrantKeyInput, KeyHolder};
use super::store::Filter;
use super::view::{BidLine, BidShown};
use super::{BidContent, BidState, actions};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, TopicId};
use crate::joint;
use crate::rounds;
use crate::rounds::input::ReasonInput;
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Cursor, Empty, Listing, Query, Reply, paging};

crate::text_enum! {
    /// Order of a list of bids.
    BidSort { Newest = "newest" "新的在前", Oldest = "oldest" "早的在前" }
}

#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BidsQuery {
    pub topic_id: Option<TopicId>,
    pub organization_id: Option<OrganizationId>,
    pub state: Option<BidState>,
    pub sort: Option<BidSort>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl BidsQuery {
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(paging::DEFAULT_LIMIT)
    }

    pub fn filter(&self) -> Result<Filter> {
        Ok(Filter {
            topic: self.topic_id,
            organization: self.organization_id,
            state: self.state,
            oldest_first: self.sort == Some(BidSort::Oldest),
            after: self.cursor.as_deref().map(Cursor::read).transpose()?,
            limit: self.limit() + 1,
        })
    }

    /// The page this person may see.
    pub fn run(
        &self,
        c: &mut Conn,
        actor: &crate::who::Actor,
        round: &rounds::Round,
    ) -> Result<Listing<BidLine>> {
        let lines = actions::list(c, actor, round, &self.filter()?)?;
        Ok(Listing::new(lines, self.limit(), |line| line.id.0).map(BidLine::from))
    }
}

/// A round's bids in reach: before the opening only one's own organization's.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/bids", tag = "bids", params(("id" = RoundId, Path), BidsQuery),
    responses((status = 200, body = Listing<BidLine>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn list(
    app: Data<App>,
    who: Who,
    id: Path<RoundId>,
    query: Query<BidsQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.0);
    app.api(who, move |c, actor, _| {
        let round = rounds::visible(c, actor, id)?;
        Reply::ok(&query.run(c, actor, &round)?)
    })
    .await
}

/// A new draft.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BidInput {
    /// Needed only by who drafts for several organizations.
    pub organization_id: Option<OrganizationId>,
    #[validate(nested)]
    pub content: BidContent,
}

/// Begin a draft in an open round.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/bids", tag = "bids", params(("id" = RoundId, Path)),
    request_body = BidInput,
    responses((status = 201, body = BidShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn create(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<BidInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let bid = actions::create(tx, actor, id, input.organization_id, &input.content)?;
        let body = BidShown::of(tx, actor, &bid)?;
        Ok(Reply::created(format!("/api/v1/bids/{}", bid.id), &body)?.version(bid.version))
    })
    .await
}

/// One bid, for its own people, and after the opening for its readers.
#[utoipa::path(get, path = "/api/v1/bids/{id}", tag = "bids", params(("id" = BidId, Path)),
    responses((status = 200, body = BidShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<BidId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let (bid, _) = actions::visible(c, actor, id)?;
        Ok(Reply::ok(&BidShown::of(c, actor, &bid)?)?.version(bid.version))
    })
    .await
}

/// Save the draft as a whole.
#[utoipa::path(put, path = "/api/v1/bids/{id}", tag = "bids",
    params(("id" = BidId, Path), ("If-Match" = String, Header, description = "ETag of the version changed")),
    request_body = BidContent,
    responses((status = 200, body = BidShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 428, body = Problem)))]
pub async fn save(app: Data<App>, id: Path<BidId>, call: Call<BidContent>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let if_match = call.if_match;
    app.api_command(call, move |tx, actor, content| {
        actions::visible(tx, actor, id)?;
        let bid = actions::save(tx, actor, id, if_match.required()?, content)?;
        Ok(Reply::ok(&BidShown::of(tx, actor, &bid)?)?.version(bid.version))
    })
    .await
}

/// Seal and submit the draft; the answer carries digest and receipt.
#[utoipa::path(post, path = "/api/v1/bids/{id}/submit", tag = "bids", params(("id" = BidId, Path)), request_body = Empty,
    responses((status = 200, body = BidShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn submit(app: Data<App>, id: Path<BidId>, call: Call<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, _| {
        let bid = actions::submit(tx, actor, id, version)?;
        Ok(Reply::ok(&BidShown::of(tx, actor, &bid)?)?.version(bid.version))
    })
    .await
}

/// Take a submitted bid back, until the deadline.
#[utoipa::path(post, path = "/api/v1/bids/{id}/withdraw", tag = "bids", params(("id" = BidId, Path)), request_body = Empty,
    responses((status = 200, body = BidShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn withdraw(app: Data<App>, id: Path<BidId>, call: Call<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        let bid = actions::withdraw(tx, actor, id)?;
        Ok(Reply::ok(&BidShown::of(tx, actor, &bid)?)?.version(bid.version))
    })
    .await
}

/// Seal one's own submission to the round's renewed key: content, digest and receipt stay the same.
#[utoipa::path(post, path = "/api/v1/bids/{id}/seal_again", tag = "bids", params(("id" = BidId, Path)), request_body = Empty,
    responses((status = 200, body = BidShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn seal_again(
    app: Data<App>,
    id: Path<BidId>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        let bid = actions::seal_again(tx, actor, id)?;
        Ok(Reply::ok(&BidShown::of(tx, actor, &bid)?)?.version(bid.version))
    })
    .await
}

/// Void an opened bid, with a reason.
#[utoipa::path(post, path = "/api/v1/bids/{id}/void", tag = "bids", params(("id" = BidId, Path)), request_body = ReasonInput,
    responses((status = 200, body = BidShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn void(
    app: Data<App>,
    id: Path<BidId>,
    call: Call<ReasonInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let bid = joint::void(tx, actor, id, &input.reason)?;
        Ok(Reply::ok(&BidShown::of(tx, actor, &bid)?)?.version(bid.version))
    })
    .await
}

/// Who of an organization can read its sealed bids.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyHolders {
    pub items: Vec<KeyHolder>,
}

/// Who of one's own organization can read its sealed bids: whose password was set anew by an administrator cannot.
#[utoipa::path(get, path = "/api/v1/organizations/{id}/key_holders", tag = "bids", params(("id" = OrganizationId, Path)),
    responses((status = 200, body = KeyHolders), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn key_holders(
    app: Data<App>,
    who: Who,
    id: Path<OrganizationId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let items = actions::key_holders(c, actor, id)?;
        Reply::ok(&KeyHolders { items })
    })
    .await
}

/// Let a colleague read one's organization's sealed bids again.
#[utoipa::path(post, path = "/api/v1/organizations/{id}/key_holders", tag = "bids",
    params(("id" = OrganizationId, Path)), request_body = GrantKeyInput,
    responses((status = 200, body = KeyHolders), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn grant_key(
    app: Data<App>,
    id: Path<OrganizationId>,
    call: Call<GrantKeyInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        actions::grant_key(tx, actor, id, input.user_id)?;
        let items = actions::key_holders(tx, actor, id)?;
        Reply::ok(&KeyHolders { items })
    })
    .await
}
