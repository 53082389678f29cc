//! `/api/v1/organizations` and `/api/v1/users`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::store::{GrantRow, OrganizationFilter, UserRow};
use super::{
    OrganizationChange, OrganizationInput, OrganizationKind, OrganizationShown, PasswordInput,
    RoleInput, UserInput, UserQuery, actions, store, visible,
};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{OrganizationId, RoleGrantId, UserId};
use crate::sealing;
use crate::session;
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Cursor, Empty, Listing, Query, Reply, paging};
use crate::who;
use crate::who::password::Credentials;
use crate::who::{Role, password};

#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrganizationQuery {
    /// Directly under this organization.
    pub parent_id: Option<OrganizationId>,
    pub kind: Option<OrganizationKind>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

/// Organizations in reach: the tree of one's own committee and of wherever one holds a role, oldest first.
/// `path` and `position` give the tree and the order its committee sets.
#[utoipa::path(get, path = "/api/v1/organizations", tag = "people", params(OrganizationQuery),
    responses((status = 200, body = Listing<OrganizationShown>), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
pub async fn organizations(
    app: Data<App>,
    who: Who,
    query: Query<OrganizationQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.api(who, move |c, actor, _| {
        let limit = query.limit.unwrap_or(paging::DEFAULT_LIMIT);
        let filter = OrganizationFilter {
            paths: visible::organization_paths(c, actor)?,
            parent: query.parent_id,
            kind: query.kind,
            after: query
                .cursor
                .as_deref()
                .map(Cursor::read)
                .transpose()?
                .map(OrganizationId),
            limit: limit + 1,
        };
        let rows = store::organizations(c, &filter)?;
        Reply::ok(&Listing::new(rows, limit, |row| row.id.0).map(OrganizationShown::from))
    })
    .await
}

/// One organization in reach.
#[utoipa::path(get, path = "/api/v1/organizations/{id}", tag = "people", params(("id" = i64, Path)),
    responses((status = 200, body = OrganizationShown), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub async fn organization(
    app: Data<App>,
    who: Who,
    id: Path<OrganizationId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let row = visible::organization(c, actor, id)?;
        let version = row.version;
        Ok(Reply::ok(&OrganizationShown::from(row))?.version(version))
    })
    .await
}

/// A new organization under one that a system administrator keeps.
#[utoipa::path(post, path = "/api/v1/organizations", tag = "people", request_body = OrganizationInput,
    responses((status = 201, body = OrganizationShown), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create_organization(
    app: Data<App>,
    call: Call<OrganizationInput>,
) -> Result<HttpResponse> {
    app.api_command(call, |tx, actor, input| {
        let row = actions::create_organization(tx, actor, input)?;
        let location = format!("/api/v1/organizations/{}", row.id);
        Ok(Reply::created(location, &OrganizationShown::from(row))?.version(1))
    })
    .await
}

/// Rename, reorder, disable or enable; what is left out stays.
#[utoipa::path(patch, path = "/api/v1/organizations/{id}", tag = "people", request_body = OrganizationChange,
    params(("id" = i64, Path), ("If-Match" = String, Header, description = "ETag of the reading, such as \"v3\"")),
    responses((status = 200, body = OrganizationShown), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 428, body = Problem)))]
pub async fn change_organization(
    app: Data<App>,
    id: Path<OrganizationId>,
    call: Call<OrganizationChange>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.required()?;
    app.api_command(call, move |tx, actor, change| {
        visible::organization(tx, actor, id)?;
        let row = actions::change_organization(tx, actor, id, version, change)?;
        let version = row.version;
        Ok(Reply::ok(&OrganizationShown::from(row))?.version(version))
    })
    .await
}

/// A role somebody holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantShown {
    /// For revoking it.
    pub id: RoleGrantId,
    pub role: Role,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub granted_at: Instant,
}

impl From<GrantRow> for GrantShown {
    fn from(row: GrantRow) -> Self {
        Self {
            id: row.id,
            role: row.role,
            organization_id: row.organization_id,
            organization: row.organization_name,
            granted_at: row.granted_at,
        }
    }
}

/// A person. What concerns the account is there for system and security administrators alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserShown {
    pub id: UserId,
    #[schema(example = "贾永强")]
    pub name: String,
    #[schema(example = "TX0015")]
    pub staff_number: String,
    #[schema(example = "运维党支部书记")]
    pub post: String,
    pub organization_id: OrganizationId,
    #[schema(example = "运维党支部")]
    pub organization: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<GrantShown>>,
}

/// People with their roles: two queries, however many they are.
fn shown(c: &mut Conn, rows: Vec<UserRow>, accounts: bool) -> Result<Vec<UserShown>> {
    let ids: Vec<UserId> = rows.iter().map(|row| row.user.id).collect();
    let grants = if accounts {
        store::grants_of(c, &ids)?
    } else {
        Vec::new()
    };
    let of = |id: UserId| {
        grants
            .iter()
            .filter(|grant| grant.user_id == id)
            .cloned()
            .map(GrantShown::from)
            .collect()
    };
    Ok(rows
        .into_iter()
        .map(|row| UserShown {
            roles: accounts.then(|| of(row.user.id)),
            id: row.user.id,
            name: row.user.name,
            staff_number: row.user.staff_number,
            post: row.user.post,
            organization_id: row.user.organization_id,
            organization: row.organization,
            username: row.user.username.filter(|_| accounts),
            disabled: accounts.then_some(row.user.disabled),
        })
        .collect())
}

/// People in reach: whom a system or security administrator keeps, whom the office chooses from, whom one's own
/// organization puts on a team. Newest first.
#[utoipa::path(get, path = "/api/v1/users", tag = "people", params(UserQuery),
    responses((status = 200, body = Listing<UserShown>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn users(app: Data<App>, who: Who, query: Query<UserQuery>) -> Result<HttpResponse> {
    let query = query.0;
    app.api(who, move |c, actor, _| {
        let reach = visible::people(actor)?;
        let accounts = reach.accounts;
        let (rows, limit) = visible::page(c, reach, &query)?;
        let listing = Listing::new(rows, limit, |row| row.user.id.0);
        Reply::ok(&Listing {
            items: shown(c, listing.items, accounts)?,
            next_cursor: listing.next_cursor,
        })
    })
    .await
}

fn one(c: &mut Conn, actor: &who::Actor, id: UserId) -> Result<(UserShown, i64)> {
    let (row, accounts) = visible::person(c, actor, id)?;
    let version = row.user.version;
    let found = shown(c, vec![row], accounts)?;
    Ok((found.into_iter().next().ok_or(Error::NotFound)?, version))
}

/// One person in reach.
#[utoipa::path(get, path = "/api/v1/users/{id}", tag = "people", params(("id" = i64, Path)),
    responses((status = 200, body = UserShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn user(app: Data<App>, who: Who, id: Path<UserId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let (user, version) = one(c, actor, id)?;
        Ok(Reply::ok(&user)?.version(version))
    })
    .await
}

/// A new person, with or without an account: by a system administrator.
#[utoipa::path(post, path = "/api/v1/users", tag = "people", request_body = UserInput,
    responses((status = 201, body = UserShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create_user(app: Data<App>, mut call: Call<UserInput>) -> Result<HttpResponse> {
    if call.who.session().is_some() {
        call.input.credentials = prepared(call.input.password.as_deref()).await?;
    }
    app.api_command(call, |tx, actor, input| {
        let made = actions::create_user(tx, actor, input)?;
        let (shown, version) = one(tx, actor, made.id)?;
        Ok(Reply::created(format!("/api/v1/users/{}", made.id), &shown)?.version(version))
    })
    .await
}

/// What is kept of a password that is not weak in itself; a weak one is refused by the action.
pub async fn prepared(password: Option<&str>) -> Result<Option<Credentials>> {
    match password {
        Some(given) if password::weakness(given, "").is_none() => {
            password::make(given.to_owned()).await.map(Some)
        }
        Some(_) | None => Ok(None),
    }
}

/// Grant a role at an organization: by a security administrator, never to oneself. The three administrators are kept
/// apart from each other and from business.
#[utoipa::path(post, path = "/api/v1/users/{id}/roles", tag = "people", request_body = RoleInput,
    params(("id" = i64, Path)),
    responses((status = 201, body = GrantShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn grant_role(
    app: Data<App>,
    id: Path<UserId>,
    call: Call<RoleInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let grant = actions::grant_role(tx, actor, id, input)?;
        let row = store::grant(tx, grant)?;
        Reply::created(format!("/api/v1/users/{id}"), &GrantShown::from(row))
    })
    .await
}

/// Take a role back, at once.
#[utoipa::path(post, path = "/api/v1/users/{id}/roles/{grant}/revoke", tag = "people", request_body = Empty,
    params(("id" = i64, Path), ("grant" = i64, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn revoke_role(
    app: Data<App>,
    ids: Path<(UserId, RoleGrantId)>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let (user, grant) = ids.into_inner();
    app.api_command(call, move |tx, actor, _| {
        actions::revoke_role(tx, actor, user, grant)?;
        Ok(Reply::no_content())
    })
    .await
}

/// End an account and its sessions: by a system administrator.
#[utoipa::path(post, path = "/api/v1/users/{id}/disable", tag = "people", request_body = Empty,
    params(("id" = i64, Path)),
    responses((status = 200, body = UserShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn disable_user(
    app: Data<App>,
    id: Path<UserId>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        actions::disable_user(tx, actor, id)?;
        let (shown, version) = one(tx, actor, id)?;
        Ok(Reply::ok(&shown)?.version(version))
    })
    .await
}

/// A new password: one's own, with the present one as `current`, or another's by a system administrator. All sessions
/// of the account end.
#[utoipa::path(post, path = "/api/v1/users/{id}/password", tag = "people", request_body = PasswordInput,
    params(("id" = i64, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn set_password(
    app: Data<App>,
    id: Path<UserId>,
    mut call: Call<PasswordInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    prepare_password(&app, &call.who, id, &mut call.input).await?;
    app.api_command(call, move |tx, actor, input| {
        actions::set_password(tx, actor, id, input)?;
        Ok(Reply::no_content())
    })
    .await
}

/// Checks the present password where it is one's own, and makes the hash, both before the transaction.
pub async fn prepare_password(
    app: &App,
    who: &Who,
    id: UserId,
    input: &mut PasswordInput,
) -> Result<()> {
    let credentials = who.clone();
    let asker = app
        .db
        .read(move |c| Ok(session::resolve(c, &credentials)?.user_id()))
        .await?
        .ok_or_else(Error::unauthorized)?;
    if asker == id {
        let Some(current) = input.current.clone() else {
            return Err(Error::field("current", "请填写现用口令。"));
        };
        session::check_password(&app.db, who, current.clone())
            .await
            .map_err(|error| {
                if matches!(error, Error::Invalid(_)) {
                    Error::field("current", "现用口令不正确。")
                } else {
                    error
                }
            })?;
        input.own_key = sealing::own_key(&app.db, id, current).await?;
    }
    input.credentials = prepared(Some(&input.password)).await?;
    Ok(())
}
