//! Adopting a model, reporting, confirming.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::VersionForm;
use crate::clock;
use crate::error::{Error, FieldErrors, Refusal, Result};
use crate::ids::{CaseId, ReplicationId, SiteId};
use crate::people;
use crate::session::Who;
use crate::showcase::input::{AdoptInput, ReportInput};
use crate::showcase::{ReplicationAction, actions, rules};
use crate::web::{App, Form, Page, Query, Values, see_other};
use crate::who::policy;

#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Adopted {
    pub site_id: Option<SiteId>,
    pub case_id: Option<CaseId>,
}

/// `GET /showcase/adopt?site_id=` or `?case_id=`
pub async fn adopt_form(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    query: Query<Adopted>,
) -> Result<HttpResponse> {
    let mut values = Values::new();
    if let Some(id) = query.0.site_id {
        values.insert("site_id".to_owned(), id.to_string());
    }
    if let Some(id) = query.0.case_id {
        values.insert("case_id".to_owned(), id.to_string());
    }
    form(&app, &req, who, values, FieldErrors::new()).await
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
}

async fn form(
    app: &App,
    req: &HttpRequest,
    who: Who,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { 200 } else { 422 };
    app.private_page(req, who, move |c, actor, _| {
        let id = |name: &str| values.get(name).and_then(|text| text.parse::<i64>().ok());
        let asked = AdoptInput {
            site_id: id("site_id").map(SiteId),
            case_id: id("case_id").map(CaseId),
            organization_id: None,
            adapted: String::new(),
        };
        let origin = actions::origin(c, &asked).map_err(|error| {
            if matches!(error, Error::Invalid(_)) {
                Error::NotFound
            } else {
                error
            }
        })?;
        let own = actions::adopters(actor);
        let names = people::names(c, &own)?;
        let organizations: Vec<Choice> = own
            .iter()
            .map(|id| Choice {
                value: id.to_string(),
                label: names.get(id).cloned().unwrap_or_default(),
            })
            .collect();
        let refusal = if own.is_empty() {
            Some(
                Refusal::new("secretary_required", "采用别人的做法由支部书记登记。")
                    .remedy("请您的支部书记登录后办理。"),
            )
        } else if own == [origin.organization] {
            Some(Refusal::new(
                "own_model",
                "这是本组织自己的做法，不用登记采用。",
            ))
        } else {
            None
        };
        Ok(Page::new("showcase/adopt.html")
            .with("title", &origin.title)
            .with("href", &origin.href)
            .with("organizations", &organizations)
            .with("refusal", &refusal)
            .with("values", &values)
            .with("errors", &errors)
            .status(status))
    })
    .await
}

/// `POST /showcase/adopt`
pub async fn adopt(
    app: Data<App>,
    req: HttpRequest,
    sent: Form<AdoptInput>,
) -> Result<HttpResponse> {
    let outcome = match sent.input() {
        Ok(input) => {
            app.command(&sent.who, move |tx, actor| {
                actions::adopt(tx, actor, &input)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(row) => Ok(see_other(
            format!("/showcase/replications/{}", row.id),
            "已登记采用。见到成效后，请回来反馈。",
        )),
        Err(Error::Invalid(errors)) => form(&app, &req, sent.who, sent.values, errors).await,
        Err(other) => Err(other),
    }
}

/// `GET /showcase/replications/{id}`
pub async fn replication(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<ReplicationId>,
) -> Result<HttpResponse> {
    show(
        &app,
        &req,
        who,
        id.into_inner(),
        Values::new(),
        FieldErrors::new(),
    )
    .await
}

async fn show(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: ReplicationId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { 200 } else { 422 };
    app.private_page(req, who, move |c, actor, _| {
        let (row, origin) = actions::visible_replication(c, actor, id)?;
        let names = people::names(c, &[row.organization_id, origin.organization])?;
        let name = |id| names.get(&id).cloned().unwrap_or_default();
        let may_report = policy::may_act_for(actor, row.organization_id).is_ok()
            && rules::next_replication(row.state, ReplicationAction::Report).is_ok();
        let originates = policy::may_sign_for(actor, origin.organization).is_ok();
        let values = if values.is_empty() {
            Values::from([("effect".to_owned(), row.effect.clone())])
        } else {
            values
        };
        Ok(Page::new("showcase/replication.html")
            .with("id", &id)
            .with("title", &origin.title)
            .with("href", &origin.href)
            .with("origin", &name(origin.organization))
            .with("organization", &name(row.organization_id))
            .with("adopted_on", &clock::show_date(row.adopted_on))
            .with("adapted", &row.adapted)
            .with("effect", &row.effect)
            .with("state", &row.state.label())
            .with("may_report", &may_report)
            .with("originates", &originates)
            .with(
                "confirm_refusal",
                &rules::next_replication(row.state, ReplicationAction::Confirm).err(),
            )
            .with("version", &row.version)
            .with("values", &values)
            .with("errors", &errors)
            .status(status))
    })
    .await
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReportForm {
    pub version: i64,
    #[validate(length(min = 1, max = 1000))]
    pub effect: String,
}

/// `POST /showcase/replications/{id}/report`
pub async fn report(
    app: Data<App>,
    req: HttpRequest,
    id: Path<ReplicationId>,
    sent: Form<ReportForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = match sent.input.clone() {
        Ok(input) => input,
        Err(errors) => return show(&app, &req, sent.who, id, sent.values, errors).await,
    };
    app.command(&sent.who, move |tx, actor| {
        let effect = ReportInput {
            effect: input.effect.clone(),
        };
        actions::report(tx, actor, id, Some(input.version), &effect)
    })
    .await?;
    Ok(see_other(
        format!("/showcase/replications/{id}"),
        "成效已反馈，等待对方印证。",
    ))
}

/// `POST /showcase/replications/{id}/confirm`
pub async fn confirm(
    app: Data<App>,
    id: Path<ReplicationId>,
    sent: Form<VersionForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = sent.input()?.version;
    app.command(&sent.who, move |tx, actor| {
        actions::confirm(tx, actor, id, Some(version))
    })
    .await?;
    Ok(see_other(
        format!("/showcase/replications/{id}"),
        "已印证，点亮图上会亮起这一盏灯。",
    ))
}
