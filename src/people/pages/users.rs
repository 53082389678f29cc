//! `/users`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::super::store::{GrantRow, UserRow};
use super::super::{PasswordInput, RoleInput, UserInput, UserQuery, actions, api, store, visible};
use crate::clock;
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Refusal, Result};
use crate::ids::{RoleGrantId, UserId};
use crate::session::Who;
use crate::web::{App, Empty, Form, Listing, Page, Query, Values, forms, see_other};
use crate::who::{Actor, Role, policy};

#[derive(Serialize)]
struct Row {
    id: UserId,
    name: String,
    post: String,
    organization: String,
    staff_number: String,
    username: String,
    roles: Vec<String>,
    disabled: bool,
}

fn rows(c: &mut Conn, found: Vec<UserRow>, accounts: bool) -> Result<Vec<Row>> {
    let ids: Vec<UserId> = found.iter().map(|row| row.user.id).collect();
    let grants = if accounts {
        store::grants_of(c, &ids)?
    } else {
        Vec::new()
    };
    Ok(found
        .into_iter()
        .map(|row| Row {
            roles: grants
                .iter()
                .filter(|grant| grant.user_id == row.user.id)
                .map(|grant| format!("{}（{}）", grant.role.label(), grant.organization_name))
                .collect(),
            id: row.user.id,
            name: row.user.name,
            post: row.user.post,
            organization: row.organization,
            staff_number: row.user.staff_number,
            username: row.user.username.filter(|_| accounts).unwrap_or_default(),
            disabled: row.user.disabled,
        })
        .collect())
}

/// `GET /users`
pub async fn list(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    query: Query<UserQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.private_page(&req, who, move |c, actor, _| {
        let reach = visible::people(actor)?;
        let accounts = reach.accounts;
        let organizations = super::organization_choices(c, reach.paths.clone())?;
        let (found, limit) = visible::page(c, reach, &query)?;
        let listing = Listing::new(found, limit, |row| row.user.id.0);
        let next = listing
            .next_cursor
            .as_deref()
            .map(|cursor| address(&query, Some(cursor)));
        let first = query.cursor.is_some().then(|| address(&query, None));
        Ok(Page::new("people/users.html")
            .with("rows", &rows(c, listing.items, accounts)?)
            .with("next", &next)
            .with("first", &first)
            .with("accounts", &accounts)
            .with("roles", &super::role_choices())
            .with("organizations", &organizations)
            .with("values", &forms::values_of(&query)?)
            .with("errors", &FieldErrors::new())
            .with("may_create", &actor.has(Role::SystemAdmin)))
    })
    .await
}

/// The list's address with its filters.
fn address(query: &UserQuery, cursor: Option<&str>) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    if let Some(role) = query.role {
        pairs.append_pair("role", role.as_str());
    }
    if let Some(id) = query.organization_id {
        pairs.append_pair("organization_id", &id.to_string());
    }
    if let Some(q) = &query.q {
        pairs.append_pair("q", q);
    }
    if query.without_role == Some(true) {
        pairs.append_pair("without_role", "true");
    }
    if let Some(cursor) = cursor {
        pairs.append_pair("cursor", cursor);
    }
    format!("/users?{}", pairs.finish())
}

/// `GET /users/new`
pub async fn new(app: Data<App>, req: HttpRequest, who: Who) -> Result<HttpResponse> {
    show_new(&app, &req, who, Values::new(), FieldErrors::new()).await
}

async fn show_new(
    app: &App,
    req: &HttpRequest,
    who: Who,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, _| {
        policy::may_manage_some_accounts(actor)?;
        let organizations = super::organization_choices(c, actor.paths_of(&[Role::SystemAdmin]))?;
        let status = if errors.is_empty() { 200 } else { 422 };
        Ok(Page::new("people/user_new.html")
            .with("values", &values)
            .with("errors", &errors)
            .with("organizations", &organizations)
            .status(status))
    })
    .await
}

/// `POST /users`
pub async fn create(
    app: Data<App>,
    req: HttpRequest,
    form: Form<UserInput>,
) -> Result<HttpResponse> {
    let outcome = match form.input() {
        Ok(mut input) => {
            if form.who.session().is_some() {
                input.credentials = api::prepared(input.password.as_deref()).await?;
            }
            app.command(&form.who, move |tx, actor| {
                actions::create_user(tx, actor, &input)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(made) => Ok(see_other(
            format!("/users/{}", made.id),
            &format!("已建立{}的账号，请安全管理员授予角色。", made.name),
        )),
        Err(Error::Invalid(errors)) => {
            let mut values = form.values;
            values.retain(|name, _| !name.starts_with("password"));
            show_new(&app, &req, form.who, values, errors).await
        }
        Err(error) => Err(error),
    }
}

#[derive(Serialize)]
struct Held {
    id: RoleGrantId,
    role: &'static str,
    organization: String,
    since: String,
}

impl From<GrantRow> for Held {
    fn from(row: GrantRow) -> Self {
        Self {
            id: row.id,
            role: row.role.label(),
            organization: row.organization_name,
            since: clock::show_date(clock::local_date(row.granted_at)),
        }
    }
}

/// Why this actor may not do a thing here, if so.
fn refusal(outcome: Result<()>) -> Option<Refusal> {
    outcome.err().map(|error| error.refusal())
}

/// `GET /users/{id}`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<UserId>,
) -> Result<HttpResponse> {
    show_one(
        &app,
        &req,
        who,
        id.into_inner(),
        Values::new(),
        FieldErrors::new(),
    )
    .await
}

async fn show_one(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: UserId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, _| {
        let (row, accounts) = visible::person(c, actor, id)?;
        let held: Vec<Held> = if accounts {
            let grants = store::grants_of(c, &[id])?;
            grants.into_iter().map(Held::from).collect()
        } else {
            Vec::new()
        };
        let own = actor.user_id() == Some(id);
        let manage = refusal(policy::may_manage_accounts(actor, &row.path));
        let grant = refusal(may_grant_here(actor, own));
        let organizations = if grant.is_none() {
            super::organization_choices(c, actor.paths_of(&[Role::SecurityAdmin]))?
        } else {
            Vec::new()
        };
        let status = if errors.is_empty() { 200 } else { 422 };
        Ok(Page::new("people/user.html")
            .with("id", &id)
            .with("name", &row.user.name)
            .with("post", &row.user.post)
            .with("organization", &row.organization)
            .with("staff_number", &row.user.staff_number)
            .with("username", &row.user.username.filter(|_| accounts))
            .with("disabled", &row.user.disabled)
            .with("accounts", &accounts)
            .with("own", &own)
            .with("held", &held)
            .with("manage", &manage)
            .with("grant", &grant)
            .with("roles", &super::role_choices())
            .with("organizations", &organizations)
            .with("values", &values)
            .with("errors", &errors)
            .status(status))
    })
    .await
}

fn may_grant_here(actor: &Actor, own: bool) -> Result<()> {
    policy::may_grant_some_roles(actor)?;
    actions::not_oneself(own)
}

/// `POST /users/{id}/roles`
pub async fn grant(
    app: Data<App>,
    req: HttpRequest,
    id: Path<UserId>,
    form: Form<RoleInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let outcome = match form.input() {
        Ok(input) => {
            app.command(&form.who, move |tx, actor| {
                actions::grant_role(tx, actor, id, &input)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => Ok(see_other(format!("/users/{id}"), "已授予角色。")),
        Err(Error::Invalid(errors)) => {
            show_one(&app, &req, form.who, id, form.values, errors).await
        }
        Err(error) => Err(error),
    }
}

/// `POST /users/{id}/roles/{grant}/revoke`
pub async fn revoke(
    app: Data<App>,
    ids: Path<(UserId, RoleGrantId)>,
    form: Form<Empty>,
) -> Result<HttpResponse> {
    let (user, grant) = ids.into_inner();
    app.command(&form.who, move |tx, actor| {
        actions::revoke_role(tx, actor, user, grant)
    })
    .await?;
    Ok(see_other(format!("/users/{user}"), "已收回角色。"))
}

/// `POST /users/{id}/disable`
pub async fn disable(app: Data<App>, id: Path<UserId>, form: Form<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.command(&form.who, move |tx, actor| {
        actions::disable_user(tx, actor, id)
    })
    .await?;
    Ok(see_other(format!("/users/{id}"), "已停用，登录即时失效。"))
}

/// `POST /users/{id}/password`
pub async fn password(
    app: Data<App>,
    req: HttpRequest,
    id: Path<UserId>,
    form: Form<PasswordInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let outcome = match form.input() {
        Ok(input) => set(&app, &form.who, id, input).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(see_other(
            format!("/users/{id}"),
            "已重设口令，请当面告知本人并提醒其修改。",
        )),
        Err(Error::Invalid(errors)) => {
            show_one(&app, &req, form.who, id, Values::new(), errors).await
        }
        Err(error) => Err(error),
    }
}

/// Sets a password, checked and hashed before the transaction.
pub async fn set(app: &App, who: &Who, id: UserId, mut input: PasswordInput) -> Result<()> {
    api::prepare_password(app, who, id, &mut input).await?;
    app.command(who, move |tx, actor| {
        actions::set_password(tx, actor, id, &input).map(drop)
    })
    .await
}
