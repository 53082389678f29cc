//! `/api/v1/session` and `/api/v1/me`.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::tried::Tried;
use crate::clock::Instant;
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use crate::limits;
use crate::session::{self, Entered, SessionKind, Who};
use crate::verbs;
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
    /// What an earlier login answered: wrong passwords that others enter elsewhere do not lock whoever comes with it.
    #[serde(default)]
    #[validate(length(max = 128))]
    #[schema(max_length = 128)]
    pub device: Option<String>,
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
    /// To be kept for long, and sent with the next login; none with a one-time password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
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
    let LoginInput {
        username,
        password,
        device,
    } = call.input;
    let entered = Entered { username, password };
    let origin = app.keys().origin(limits::client(&req), device.as_deref());
    let who = Who::program().from(origin);
    let login = session::login(
        &app.db,
        app.keys(),
        app.demo,
        &who,
        entered,
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
            device: login.device,
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

pub fn attempts(ask: &mut Ask) -> Result<Reply> {
    verbs::reading::<Tried>(ask, ())
}

pub fn me(ask: &mut Ask) -> Result<Reply> {
    Reply::ok(&Me::of(ask.actor)?)
}
