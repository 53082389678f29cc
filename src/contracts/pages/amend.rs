//! The amendment form.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::plan;
use crate::bids::content::Target;
use crate::clock::show_date;
use crate::contracts::actions::{self, AmendInput, PlanChange};
use crate::contracts::{Content, visible};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::ContractId;
use crate::session::Who;
use crate::web::forms::values_of;
use crate::web::{App, Form, Page, Values, see_other};

/// The amendment as a form sends it.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct AmendForm {
    pub version: i64,
    #[validate(length(min = 1, max = 1000))]
    pub reason: String,
    pub ends_on: NaiveDate,
    #[serde(default)]
    #[validate(length(max = 6), nested)]
    pub plan: Vec<PlanChange>,
    #[serde(default)]
    #[validate(length(max = 20), nested)]
    pub targets: Vec<Target>,
    /// One more row, without JavaScript.
    #[serde(default)]
    pub add: Option<String>,
}

/// `GET /contracts/{id}/amend`
pub async fn amend_form(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<ContractId>,
) -> Result<HttpResponse> {
    show_amend(
        &app,
        &req,
        who,
        id.into_inner(),
        None,
        FieldErrors::new(),
        0,
    )
    .await
}

async fn show_amend(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: ContractId,
    typed: Option<Values>,
    errors: FieldErrors,
    more: usize,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, _| {
        let contract = visible(c, actor, id)?;
        actions::may_amend(c, actor, &contract)?;
        let content = Content::from_text(&contract.content)?;
        let stored = AmendForm {
            version: contract.version,
            reason: String::new(),
            ends_on: content.ends_on,
            plan: content
                .plan
                .iter()
                .map(|line| PlanChange {
                    step: line.step,
                    starts_on: line.starts_on,
                    ends_on: line.ends_on,
                })
                .collect(),
            targets: content.targets.clone(),
            add: None,
        };
        let values = match typed {
            Some(values) => values,
            None => values_of(&stored)?,
        };
        let typed_rows = values
            .keys()
            .filter(|name| name.starts_with("targets[") && name.ends_with("[name]"))
            .count();
        let status = if errors.is_empty() { 200 } else { 422 };
        Ok(Page::new("contracts/amend.html")
            .with("id", &id)
            .with("number", &contract.number)
            .with("title", &contract.title)
            .with("version", values.get("version").map_or("", String::as_str))
            .with("starts_on", &show_date(content.starts_on))
            .with("plan", &plan(&content))
            .with(
                "kinds",
                &content
                    .plan
                    .iter()
                    .map(|line| line.step)
                    .collect::<Vec<_>>(),
            )
            .with("rows", &(typed_rows.max(1) + more))
            .with("values", &values)
            .with("errors", &errors)
            .status(status))
    })
    .await
}

/// `POST /contracts/{id}/amend`
pub async fn amend(
    app: Data<App>,
    req: HttpRequest,
    id: Path<ContractId>,
    form: Form<AmendForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    if form.values.contains_key("add") {
        let none = FieldErrors::new();
        return show_amend(&app, &req, form.who, id, Some(form.values), none, 1).await;
    }
    let outcome = match form.input() {
        Ok(input) => {
            let version = input.version;
            let input = AmendInput {
                reason: input.reason,
                ends_on: Some(input.ends_on),
                plan: input.plan,
                targets: Some(input.targets),
            };
            app.command(&form.who, move |tx, actor| {
                actions::amend(tx, actor, id, Some(version), &input).map(|_| ())
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(see_other(
            format!("/contracts/{id}"),
            "已形成新的一版，须双方重新签署。",
        )),
        Err(Error::Invalid(errors)) => {
            show_amend(&app, &req, form.who, id, Some(form.values), errors, 0).await
        }
        Err(error) => Err(error),
    }
}
