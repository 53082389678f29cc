//! Declared posts and relations.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::error::Result;
use crate::ids::{DeclaredPostId, DeclaredRelationId, UserId};
use crate::panel::actions::interests;
use crate::panel::input::{EndInput, PostInput, RelationInput};
use crate::panel::view::InterestsShown;
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Empty, Reply};

/// For the person, the office and the supervisor over them, and the chair of a panel they sit on.
#[utoipa::path(get, path = "/api/v1/users/{id}/interests", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = InterestsShown), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<UserId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        Reply::ok(&InterestsShown::from(&interests::read(c, actor, id)?))
    })
    .await
}

/// Declares a post at an organization besides one's own; by the person or the office.
#[utoipa::path(post, path = "/api/v1/users/{id}/posts", tag = "evaluation", request_body = PostInput,
    params(("id" = i64, Path)),
    responses((status = 201, body = InterestsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn add_post(
    app: Data<App>,
    id: Path<UserId>,
    call: Call<PostInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        interests::add_post(tx, actor, id, input)?;
        let shown = InterestsShown::from(&interests::read(tx, actor, id)?);
        Reply::created(format!("/api/v1/users/{id}/interests"), &shown)
    })
    .await
}

/// A declared post ends; it counts as a former one for three years.
#[utoipa::path(post, path = "/api/v1/users/{id}/posts/{post}/end", tag = "evaluation", request_body = EndInput,
    params(("id" = i64, Path), ("post" = i64, Path)),
    responses((status = 200, body = InterestsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn end_post(
    app: Data<App>,
    ids: Path<(UserId, DeclaredPostId)>,
    call: Call<EndInput>,
) -> Result<HttpResponse> {
    let (id, post) = ids.into_inner();
    app.api_command(call, move |tx, actor, input| {
        interests::end_post(tx, actor, id, post, input)?;
        Reply::ok(&InterestsShown::from(&interests::read(tx, actor, id)?))
    })
    .await
}

/// Declares a relation to an organization or to a person; by the person or the office.
#[utoipa::path(post, path = "/api/v1/users/{id}/relations", tag = "evaluation", request_body = RelationInput,
    params(("id" = i64, Path)),
    responses((status = 201, body = InterestsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn add_relation(
    app: Data<App>,
    id: Path<UserId>,
    call: Call<RelationInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        interests::add_relation(tx, actor, id, input)?;
        let shown = InterestsShown::from(&interests::read(tx, actor, id)?);
        Reply::created(format!("/api/v1/users/{id}/interests"), &shown)
    })
    .await
}

/// A relation entered by mistake counts no more.
#[utoipa::path(post, path = "/api/v1/users/{id}/relations/{relation}/withdraw", tag = "evaluation", request_body = Empty,
    params(("id" = i64, Path), ("relation" = i64, Path)),
    responses((status = 200, body = InterestsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn withdraw_relation(
    app: Data<App>,
    ids: Path<(UserId, DeclaredRelationId)>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let (id, relation) = ids.into_inner();
    app.api_command(call, move |tx, actor, _| {
        interests::withdraw_relation(tx, actor, id, relation)?;
        Reply::ok(&InterestsShown::from(&interests::read(tx, actor, id)?))
    })
    .await
}
