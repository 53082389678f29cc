//! `/organizations`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::super::{Organization, OrganizationChange, OrganizationInput, actions, store, visible};
use crate::clock;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::OrganizationId;
use crate::session::Who;
use crate::web::{App, Form, Page, Query, Values, forms, see_other};
use crate::who::{Actor, Role, policy};

#[derive(Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Under {
    /// Show what is below this one.
    under: Option<OrganizationId>,
}

#[derive(Serialize)]
struct Row {
    id: OrganizationId,
    indent: String,
    name: String,
    short_name: String,
    kind: &'static str,
    code: String,
    disabled: bool,
    may_change: bool,
}

fn may_change(actor: &Actor, path: &str) -> bool {
    actor.holds(Role::SystemAdmin, path)
}

/// `GET /organizations`
pub async fn list(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    query: Query<Under>,
) -> Result<HttpResponse> {
    let under = query.0.under;
    app.private_page(&req, who, move |c, actor, _| {
        let paths = match under {
            None => visible::organization_paths(c, actor)?,
            Some(id) => vec![visible::organization(c, actor, id)?.path],
        };
        let rows = super::tree(c, paths)?;
        let whole = i64::try_from(rows.len()).is_ok_and(|count| count < super::MOST);
        let rows: Vec<Row> = rows
            .into_iter()
            .map(|(depth, row)| Row {
                indent: "　".repeat(depth),
                may_change: may_change(actor, &row.path),
                id: row.id,
                name: row.name,
                short_name: row.short_name,
                kind: row.kind.label(),
                code: row.code,
                disabled: row.disabled,
            })
            .collect();
        Ok(Page::new("people/organizations.html")
            .with("rows", &rows)
            .with("whole", &whole)
            .with("may_create", &actor.has(Role::SystemAdmin)))
    })
    .await
}

/// `GET /organizations/new`
pub async fn new(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    query: Query<Under>,
) -> Result<HttpResponse> {
    let mut values = Values::new();
    if let Some(under) = query.0.under {
        values.insert("parent_id".to_owned(), under.to_string());
    }
    show_new(&app, &req, who, values, FieldErrors::new()).await
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
        let parents = super::organization_choices(c, actor.paths_of(&[Role::SystemAdmin]))?;
        let status = if errors.is_empty() { 200 } else { 422 };
        Ok(Page::new("people/organization_new.html")
            .with("values", &values)
            .with("errors", &errors)
            .with("parents", &parents)
            .with("kinds", &super::kind_choices())
            .status(status))
    })
    .await
}

/// `POST /organizations`
pub async fn create(
    app: Data<App>,
    req: HttpRequest,
    form: Form<OrganizationInput>,
) -> Result<HttpResponse> {
    let outcome = match form.input() {
        Ok(input) => {
            app.command(&form.who, move |tx, actor| {
                actions::create_organization(tx, actor, &input)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(made) => Ok(see_other(
            "/organizations",
            &format!("已建立{}。", made.short_name),
        )),
        Err(Error::Invalid(errors)) => show_new(&app, &req, form.who, form.values, errors).await,
        Err(error) => Err(error),
    }
}

/// What the edit form sends.
#[derive(Clone, Deserialize, Serialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct EditOrganization {
    version: i64,
    #[validate(length(min = 1, max = 100))]
    name: String,
    #[validate(length(min = 1, max = 30))]
    short_name: String,
    #[validate(range(min = 1, max = 100_000))]
    position: i64,
    #[serde(default)]
    disabled: bool,
}

impl EditOrganization {
    fn of(row: &Organization) -> Self {
        Self {
            version: row.version,
            name: row.name.clone(),
            short_name: row.short_name.clone(),
            position: row.position,
            disabled: row.disabled,
        }
    }

    fn change(&self) -> OrganizationChange {
        OrganizationChange {
            name: Some(self.name.clone()),
            short_name: Some(self.short_name.clone()),
            position: Some(self.position),
            disabled: Some(self.disabled),
        }
    }

    fn rows(&self) -> [(&'static str, String); 4] {
        let state = if self.disabled { "已停用" } else { "在用" };
        [
            ("全称", self.name.clone()),
            ("简称", self.short_name.clone()),
            ("排序", self.position.to_string()),
            ("状态", state.to_owned()),
        ]
    }
}

/// `GET /organizations/{id}/edit`
pub async fn edit(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<OrganizationId>,
) -> Result<HttpResponse> {
    show_edit(&app, &req, who, id.into_inner(), None, FieldErrors::new()).await
}

async fn show_edit(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: OrganizationId,
    typed: Option<Values>,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, _| {
        let row = visible::organization(c, actor, id)?;
        policy::may_manage_accounts(actor, &row.path)?;
        let values = match typed {
            Some(values) => values,
            None => forms::values_of(&EditOrganization::of(&row))?,
        };
        let status = if errors.is_empty() { 200 } else { 422 };
        Ok(Page::new("people/organization_edit.html")
            .with("id", &row.id)
            .with("short_name", &row.short_name)
            .with("kind", row.kind.label())
            .with("code", &row.code)
            .with("values", &values)
            .with("errors", &errors)
            .status(status))
    })
    .await
}

/// `POST /organizations/{id}`
pub async fn change(
    app: Data<App>,
    req: HttpRequest,
    id: Path<OrganizationId>,
    form: Form<EditOrganization>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => {
            return show_edit(&app, &req, form.who, id, Some(form.values), errors).await;
        }
    };
    let typed = input.clone();
    let outcome = app
        .command(&form.who, move |tx, actor| {
            visible::organization(tx, actor, id)?;
            actions::change_organization(tx, actor, id, input.version, &input.change())
        })
        .await;
    match outcome {
        Ok(row) => Ok(see_other(
            "/organizations",
            &format!("已保存{}。", row.short_name),
        )),
        Err(Error::Invalid(errors)) => {
            show_edit(&app, &req, form.who, id, Some(form.values), errors).await
        }
        Err(Error::Conflict(refusal)) if refusal.code == "version_conflict" => {
            show_conflict(&app, &req, form.who, id, typed).await
        }
        Err(error) => Err(error),
    }
}

#[derive(Serialize)]
struct Side {
    label: &'static str,
    value: String,
    differs: bool,
}

#[derive(Serialize)]
struct Field {
    name: &'static str,
    value: String,
}

/// Both versions side by side.
async fn show_conflict(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: OrganizationId,
    typed: EditOrganization,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, _, _| {
        let row = store::organization(c, id)?;
        let (yours, theirs) = (typed.rows(), EditOrganization::of(&row).rows());
        let side = |rows: &[(&'static str, String)], other: &[(&'static str, String)]| {
            rows.iter()
                .zip(other)
                .map(|((label, value), (_, others))| Side {
                    label,
                    value: value.clone(),
                    differs: value != others,
                })
                .collect::<Vec<_>>()
        };
        let mut fields = vec![
            Field {
                name: "name",
                value: typed.name.clone(),
            },
            Field {
                name: "short_name",
                value: typed.short_name.clone(),
            },
            Field {
                name: "position",
                value: typed.position.to_string(),
            },
        ];
        if typed.disabled {
            fields.push(Field {
                name: "disabled",
                value: "true".to_owned(),
            });
        }
        Ok(Page::new("shell/conflict.html")
            .with("what", &row.short_name)
            .with("theirs_by", &None::<String>)
            .with("theirs_at", &Some(clock::show_instant(row.updated_at)))
            .with("yours", &side(&yours, &theirs))
            .with("theirs", &side(&theirs, &yours))
            .with("action", &format!("/organizations/{id}"))
            .with("version", &row.version)
            .with("fields", &fields)
            .with("back", &format!("/organizations/{id}/edit"))
            .status(409))
    })
    .await
}
