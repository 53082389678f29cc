//! `/api/v1/session` and `/api/v1/me`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{SessionKind, Who, actions};
use crate::clock::Instant;
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use crate::web::{App, Call, Empty, Reply};
use crate::who::{Actor, Role};

#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginInput {
    #[validate(length(min = 1, max = 64))]
    #[schema(example = "office", min_length = 1, max_length = 64)]
    pub username: String,
    #[validate(length(min = 1, max = 128))]
    #[schema(example = "Biaogan#2026", min_length = 1, max_length = 128)]
    pub password: String,
}

#[derive(Serialize, ToSchema)]
pub struct RoleShown {
    pub role: Role,
    pub organization_id: OrganizationId,
}

#[derive(Serialize, ToSchema)]
pub struct Me {
    pub id: UserId,
    pub name: String,
    pub organization_id: Option<OrganizationId>,
    pub roles: Vec<RoleShown>,
}

impl Me {
    fn of(actor: &Actor) -> Result<Self> {
        let person = actor.person()?;
        Ok(Self {
            id: person.user_id,
            name: person.name.clone(),
            organization_id: Some(person.organization_id),
            roles: person
                .grants
                .iter()
                .map(|grant| RoleShown {
                    role: grant.role,
                    organization_id: grant.organization_id,
                })
                .collect(),
        })
    }
}

#[derive(Serialize, ToSchema)]
pub struct SessionShown {
    /// For `Authorization: Bearer …`.
    pub token: String,
    pub expires_at: Instant,
    pub user: Me,
}

/// Log in and get a Bearer token.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = LoginInput, security(()),
    responses((status = 201, body = SessionShown), (status = 401, body = crate::web::errors::Problem),
        (status = 422, body = crate::web::errors::Problem), (status = 429, body = crate::web::errors::Problem)))]
pub async fn login(
    app: Data<App>,
    req: HttpRequest,
    call: Call<LoginInput>,
) -> Result<HttpResponse> {
    app.limits.login(&req)?;
    let login = actions::login(
        &app.db,
        app.keys(),
        app.demo,
        call.input.username,
        call.input.password,
        SessionKind::Api,
    )
    .await?;
    let token = login.token.clone();
    let who = super::claims_of(app.keys(), &token);
    let user = app
        .db
        .read(move |c| Me::of(&super::resolve(c, &who)?))
        .await?;
    Ok(HttpResponse::Created()
        .insert_header(("Cache-Control", "no-store"))
        .json(SessionShown {
            token: login.token,
            expires_at: login.expires_at,
            user,
        }))
}

/// End this session at once, everywhere.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session",
    responses((status = 204), (status = 401, body = crate::web::errors::Problem)))]
pub async fn logout(app: Data<App>, call: Call<Empty>) -> Result<HttpResponse> {
    app.api_command(call, |tx, actor, _| {
        actions::logout(tx, actor)?;
        Ok(Reply::no_content())
    })
    .await
}

/// Who am I.
#[utoipa::path(get, path = "/api/v1/me", tag = "session",
    responses((status = 200, body = Me), (status = 401, body = crate::web::errors::Problem)))]
pub async fn me(app: Data<App>, who: Who) -> Result<HttpResponse> {
    app.api(who, |_, actor, _| Reply::ok(&Me::of(actor)?)).await
}
