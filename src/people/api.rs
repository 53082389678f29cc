//! `/api/v1/organizations` and `/api/v1/users`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::password::Set;
use super::scene::{AccountScene, OrganizationScene};
use super::shown::UserShown;
use super::store::{self, Organization, OrganizationFilter};
use super::verbs::{AskReset, CreateUser};
use super::{
    OrganizationKind, PasswordInput, UserInput, UserQuery, password, set_password, shown, visible,
};
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use crate::tables::Sheet;
use crate::verbs::{self, Given, Scene, reading};
use crate::web::{App, Ask, Call, Cursor, Listing, Reply, paging};

#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrganizationQuery {
    /// Directly under this organization.
    #[param(value_type = Option<i64>)]
    pub parent_id: Option<OrganizationId>,
    pub kind: Option<OrganizationKind>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

pub fn organizations(ask: &mut Ask) -> Result<Listing<Organization>> {
    let query: OrganizationQuery = ask.query()?;
    let limit = query.limit.unwrap_or(paging::DEFAULT_LIMIT);
    let filter = OrganizationFilter {
        paths: visible::organization_paths(ask.c, ask.actor)?,
        parent: query.parent_id,
        kind: query.kind,
        after: query.cursor.as_deref().map(Cursor::read).transpose()?,
        limit: limit + 1,
    };
    let rows = store::organizations(ask.c, &filter)?;
    Ok(Listing::new(rows, limit, |row| row.id.0))
}

/// The page's organizations: below one of them, or all in reach.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct UnderQuery {
    pub under: Option<OrganizationId>,
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

pub fn organizations_under(ask: &mut Ask) -> Result<Listing<Organization>> {
    let query: UnderQuery = ask.query()?;
    let limit = query.limit.unwrap_or(paging::DEFAULT_LIMIT);
    let paths = match query.under {
        None => visible::organization_paths(ask.c, ask.actor)?,
        Some(id) => vec![visible::organization(ask.c, ask.actor, id)?.path],
    };
    let filter = OrganizationFilter {
        paths,
        parent: None,
        kind: None,
        after: query.cursor.as_deref().map(Cursor::read).transpose()?,
        limit: limit + 1,
    };
    let rows = store::organizations(ask.c, &filter)?;
    Ok(Listing::new(rows, limit, |row| row.id.0))
}

pub const ORGANIZATIONS: Sheet<Organization> = Sheet {
    name: "组织",
    columns: &[
        ("编号", |row| row.id.0.into()),
        ("代码", |row| row.code.as_str().into()),
        ("名称", |row| row.name.as_str().into()),
        ("简称", |row| row.short_name.as_str().into()),
        ("类别", |row| row.kind.label().into()),
        ("上级编号", |row| {
            row.parent_id.map(|parent| parent.0).into()
        }),
        ("顺序", |row| row.position.into()),
        ("已停用", |row| row.disabled.into()),
    ],
};

pub fn organization(ask: &mut Ask, id: OrganizationId) -> Result<Reply> {
    reading::<OrganizationScene>(ask, id)
}

pub fn users(ask: &mut Ask) -> Result<Listing<UserShown>> {
    let query: UserQuery = ask.query()?;
    let reach = visible::people(ask.actor)?;
    query.run(ask.c, reach)
}

pub const USERS: Sheet<UserShown> = Sheet {
    name: "人员",
    columns: &[
        ("姓名", |row| row.name.as_str().into()),
        ("工号", |row| row.staff_number.as_str().into()),
        ("职务", |row| row.post.as_str().into()),
        ("组织", |row| row.organization.as_str().into()),
        ("用户名", |row| row.username.clone().into()),
        ("角色", |row| {
            let roles = row.roles.iter().flatten();
            let named: Vec<String> = roles
                .map(|held| format!("{}（{}）", held.role.label(), held.organization))
                .collect();
            named.join("、").into()
        }),
        ("已停用", |row| row.disabled.into()),
    ],
};

pub fn user(ask: &mut Ask, id: UserId) -> Result<Reply> {
    let (row, accounts) = visible::person(ask.c, ask.actor, id)?;
    let shown = shown::person(ask.c, &row, accounts, ask.now)?;
    Ok(Reply::ok(&shown)?.version(row.user.version))
}

/// `POST /api/v1/users`
pub async fn create_user(app: Data<App>, mut call: Call<UserInput>) -> Result<HttpResponse> {
    call.input.credentials = password::prepared(call.input.password.as_deref()).await?;
    app.api_command(call, |tx, actor, input| {
        let made = verbs::run::<CreateUser>(tx, actor, &(), &Given::Read(input, None))?;
        verbs::reply::<CreateUser>(tx, actor, &made.scene)
    })
    .await
}

/// `POST /api/v1/users/{id}/password`
pub async fn set(
    app: Data<App>,
    id: Path<UserId>,
    mut call: Call<PasswordInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    password::prepare(&app, &call.who, id, &mut call.input).await?;
    app.api_command(call, move |tx, actor, input| {
        if set_password(tx, actor, id, input)? == Set::Done {
            return Ok(Reply::no_content());
        }
        let asked = AccountScene::load(tx, actor, &id)?;
        verbs::reply::<AskReset>(tx, actor, &asked)
    })
    .await
}
