//! `/api/v1/session` and `/api/v1/me`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::clock::Instant;
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use crate::session::{self, SessionKind};
use crate::web::{App, Ask, Call, Empty, Reply};
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
    /// The password was set by somebody else: until it is changed every other call is refused with this code.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub password_change_required: bool,
}

impl Me {
    fn of(actor: &Actor) -> Result<Self> {
        let person = actor.person()?;
        Ok(Self {
            id: person.user_id,
            name: person.name.clone(),
            organization_id: Some(person.organization_id),
            password_change_required: person.one_time,
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

/// `POST /api/v1/session`
pub async fn login(
    app: Data<App>,
    req: HttpRequest,
    call: Call<LoginInput>,
) -> Result<HttpResponse> {
    app.limits.login(&req)?;
    let login = session::login(
        &app.db,
        app.keys(),
        app.demo,
        call.input.username,
        call.input.password,
        SessionKind::Api,
    )
    .await?;
    let token = login.token.clone();
    let who = session::claims_of(app.keys(), &token).changing();
    let user = app
        .db
        .read(move |c| Me::of(&session::resolve(c, &who)?))
        .await?;
    Ok(HttpResponse::Created()
        .insert_header(("Cache-Control", "no-store"))
        .json(SessionShown {
            token: login.token,
            expires_at: login.expires_at,
            user,
        }))
}

/// `DELETE /api/v1/session`
pub async fn logout(app: Data<App>, call: Call<Empty>) -> Result<HttpResponse> {
    app.api_command(call, |tx, actor, _| {
        session::logout(tx, actor)?;
        Ok(Reply::no_content())
    })
    .await
}

pub fn me(ask: &mut Ask) -> Result<Reply> {
    Reply::ok(&Me::of(ask.actor)?)
}
