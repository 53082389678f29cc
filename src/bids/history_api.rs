//! `/api/v1/bids/{id}`: its history and what it lacks, for its own people.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::actions::history::{self, FieldChange, Lacking};
use super::view::BidShown;
use super::{BidContent, actions};
use crate::clock::Instant;
use crate::error::Result;
use crate::ids::{BidId, UserId};
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::paging::PageQuery;
use crate::web::{App, Call, Listing, Query, Reply};

/// What a submission would be refused for.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompletenessShown {
    pub complete: bool,
    pub missing: Vec<Lacking>,
}

/// Field by field what is missing before the draft can be submitted.
#[utoipa::path(get, path = "/api/v1/bids/{id}/completeness", tag = "bids", params(("id" = BidId, Path)),
    responses((status = 200, body = CompletenessShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn completeness(app: Data<App>, who: Who, id: Path<BidId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let bid = history::own(c, actor, id)?;
        let missing = history::completeness(c, actor, &bid)?;
        let complete = missing.is_empty();
        Reply::ok(&CompletenessShown { complete, missing })
    })
    .await
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionLine {
    pub revision: i64,
    pub saved_by: UserId,
    pub saved_by_name: String,
    pub saved_at: Instant,
    /// Names of the fields that differ from the revision before; null if this session has no key of the organization.
    #[schema(example = json!(["破什么难题"]))]
    pub changed: Option<Vec<String>>,
}

/// A draft's revisions, newest first.
#[utoipa::path(get, path = "/api/v1/bids/{id}/revisions", tag = "bids", params(("id" = BidId, Path), PageQuery),
    responses((status = 200, body = Listing<RevisionLine>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn revisions(
    app: Data<App>,
    who: Who,
    id: Path<BidId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.0);
    app.api(who, move |c, actor, _| {
        let bid = history::own(c, actor, id)?;
        let rows = history::page(c, actor, &bid, query.after()?, query.limit())?;
        let listing = Listing::new(rows, query.limit(), |line| line.revision);
        Reply::ok(&listing.map(|line| RevisionLine {
            revision: line.revision,
            saved_by: line.by,
            saved_by_name: line.by_name,
            saved_at: line.at,
            changed: line.changed,
        }))
    })
    .await
}

/// A revision whole, and how it differs from another.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionShown {
    pub revision: i64,
    /// Null: the first one, which differs from nothing.
    pub against: Option<i64>,
    pub content: BidContent,
    pub changes: Vec<FieldChange>,
}

/// What a revision is compared with.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgainstQuery {
    /// Another revision, older or newer; the one before unless told.
    pub against: Option<i64>,
}

/// One revision, and field by field what it changed.
#[utoipa::path(get, path = "/api/v1/bids/{id}/revisions/{revision}", tag = "bids",
    params(("id" = BidId, Path), ("revision" = i64, Path), AgainstQuery),
    responses((status = 200, body = RevisionShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn revision(
    app: Data<App>,
    who: Who,
    ids: Path<(BidId, i64)>,
    query: Query<AgainstQuery>,
) -> Result<HttpResponse> {
    let ((id, revision), query) = (ids.into_inner(), query.0);
    app.api(who, move |c, actor, _| {
        let bid = history::own(c, actor, id)?;
        let found = history::compared(c, actor, &bid, revision, query.against)?;
        Reply::ok(&RevisionShown {
            revision,
            against: found.against,
            content: found.content,
            changes: found.changes,
        })
    })
    .await
}

/// The version of the bid that is given up for the old revision.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreInput {
    pub version: i64,
}

/// Make an old revision the draft again, as a new revision.
#[utoipa::path(post, path = "/api/v1/bids/{id}/revisions/{revision}/restore", tag = "bids",
    params(("id" = BidId, Path), ("revision" = i64, Path)), request_body = RestoreInput,
    responses((status = 200, body = BidShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn restore(
    app: Data<App>,
    ids: Path<(BidId, i64)>,
    call: Call<RestoreInput>,
) -> Result<HttpResponse> {
    let (id, revision) = ids.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let bid = history::restore(tx, actor, id, input.version, revision)?;
        Ok(Reply::ok(&BidShown::of(tx, actor, &bid)?)?.version(bid.version))
    })
    .await
}

/// Which earlier bid to begin with.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyInput {
    /// The draft's version.
    pub version: i64,
    /// A bid of the same organization, of any round and state.
    pub source_id: BidId,
}

/// Fill an untouched draft with an earlier bid of one's own organization: all but topic, dates and attachments.
#[utoipa::path(post, path = "/api/v1/bids/{id}/copy", tag = "bids", params(("id" = BidId, Path)),
    request_body = CopyInput,
    responses((status = 200, body = BidShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn copy(app: Data<App>, id: Path<BidId>, call: Call<CopyInput>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let bid = actions::copy(tx, actor, id, input.version, input.source_id)?;
        Ok(Reply::ok(&BidShown::of(tx, actor, &bid)?)?.version(bid.version))
    })
    .await
}
