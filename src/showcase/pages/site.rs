//! Nominating, naming, rechecking and delisting a site.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{conflict_page, is_stale};
use crate::clock;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{ProjectId, SiteId};
use crate::projects::{self, Grade};
use crate::session::Who;
use crate::showcase::input::{DelistInput, SiteInput, StarsInput};
use crate::showcase::portal::body::paragraphs;
use crate::showcase::{SiteAction, SiteState, actions, rules};
use crate::web::{App, Form, Page, Values, see_other};

/// `GET /projects/{id}/site`
pub async fn nominate_form(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<ProjectId>,
) -> Result<HttpResponse> {
    form(
        &app,
        &req,
        who,
        id.into_inner(),
        Values::new(),
        FieldErrors::new(),
    )
    .await
}

async fn form(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: ProjectId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { 200 } else { 422 };
    app.private_page(req, who, move |c, actor, _| {
        let project = projects::visible(c, actor, id)?;
        let refusal = actions::nominate_refusal(c, actor, &project)?;
        if !errors.is_empty() {
            actions::may_nominate(c, actor, &project)?;
        }
        Ok(Page::new("showcase/site_form.html")
            .with("project", &id)
            .with("title", &project.title)
            .with("reason_needed", &(project.grade == Some(Grade::Good)))
            .with("refusal", &refusal)
            .with("values", &values)
            .with("errors", &errors)
            .status(status))
    })
    .await
}

/// `POST /projects/{id}/site`
pub async fn nominate_site(
    app: Data<App>,
    req: HttpRequest,
    id: Path<ProjectId>,
    sent: Form<SiteInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let outcome = match sent.input() {
        Ok(input) if input.project_id == id => {
            app.command(&sent.who, move |tx, actor| {
                actions::nominate_site(tx, actor, &input)
            })
            .await
        }
        Ok(_) => Err(Error::NotFound),
        Err(error) => Err(error),
    };
    match outcome {
        Ok(site) => Ok(see_other(
            format!("/showcase/sites/{}", site.id),
            "已推荐，等待党委书记命名。",
        )),
        Err(Error::Invalid(errors)) => form(&app, &req, sent.who, id, sent.values, errors).await,
        Err(other) => Err(other),
    }
}

/// `GET /showcase/sites/{id}`
pub async fn site(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<SiteId>,
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
    id: SiteId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { 200 } else { 422 };
    app.private_page(req, who, move |c, actor, _| {
        let site = actions::visible_site(c, actor, id)?;
        let mut refusal = |action| actions::name_refusal(c, actor, &site, action);
        let name = refusal(SiteAction::Name)?;
        let recheck = refusal(SiteAction::Recheck)?;
        let delist = refusal(SiteAction::Delist)?;
        let project = projects::find(c, site.project_id)?;
        let values = if values.is_empty() && site.stars > 0 {
            Values::from([("stars".to_owned(), site.stars.to_string())])
        } else {
            values
        };
        Ok(Page::new("showcase/site.html")
            .with("id", &id)
            .with("name", &site.name)
            .with("place", &site.place)
            .with("project", &(project.id, project.title))
            .with("state", &site.state.label())
            .with("nominated", &(site.state == SiteState::Nominated))
            .with("named", &(site.state == SiteState::Named))
            .with("stars", &rules::stars_text(site.stars))
            .with("named_on", &site.named_on.map(clock::show_date))
            .with("term_until", &site.term_until.map(clock::show_date))
            .with("delist_reason", &site.delist_reason)
            .with("premises", &paragraphs(&site.premises))
            .with("content", &paragraphs(&site.content))
            .with("feature", &paragraphs(&site.feature))
            .with("name_refusal", &name)
            .with("recheck_refusal", &recheck)
            .with("delist_refusal", &delist)
            .with("version", &site.version)
            .with("values", &values)
            .with("errors", &errors)
            .status(status))
    })
    .await
}

/// Shows both versions if somebody else was faster; any other error stays one.
async fn conflict<T>(
    app: &App,
    req: &HttpRequest,
    sent: Form<T>,
    id: SiteId,
    verb: &'static str,
    error: Error,
) -> Result<HttpResponse> {
    if !is_stale(&error) {
        return Err(error);
    }
    let typed = sent.values;
    app.private_page(req, sent.who, move |c, actor, _| {
        let site = actions::visible_site(c, actor, id)?;
        let yours = |name: &str| typed.get(name).cloned().unwrap_or_default();
        let mut lines = vec![(
            "您要办的",
            match verb {
                "name" => "命名",
                "recheck" => "复核",
                _ => "摘牌",
            }
            .to_owned(),
            format!("现在是“{}”", site.state.label()),
        )];
        if typed.contains_key("stars") {
            let stars = yours("stars")
                .parse()
                .map_or_else(|_| String::new(), |stars: i64| rules::stars_text(stars));
            lines.push(("星级", stars, rules::stars_text(site.stars)));
            lines.push(("说明", yours("note"), String::new()));
        } else {
            let theirs = site.delist_reason.unwrap_or_default();
            lines.push(("原因", yours("reason"), theirs));
        }
        Ok(conflict_page(
            &site.name,
            Some(clock::show_instant(site.updated_at)),
            lines,
            &typed,
            site.version,
            (
                format!("/showcase/sites/{id}/{verb}"),
                format!("/showcase/sites/{id}"),
            ),
        ))
    })
    .await
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct StarsForm {
    pub version: i64,
    #[validate(range(min = 1, max = 3))]
    pub stars: i64,
    #[serde(default)]
    #[validate(length(max = 500))]
    pub note: Option<String>,
}

impl StarsForm {
    fn stars(&self) -> StarsInput {
        StarsInput {
            stars: self.stars,
            note: self.note.clone(),
        }
    }
}

/// `POST /showcase/sites/{id}/name`
pub async fn name_site(
    app: Data<App>,
    req: HttpRequest,
    id: Path<SiteId>,
    sent: Form<StarsForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = match sent.input.clone() {
        Ok(input) => input,
        Err(errors) => return show(&app, &req, sent.who, id, sent.values, errors).await,
    };
    let done = app
        .command(&sent.who, move |tx, actor| {
            actions::name_site(tx, actor, id, Some(input.version), &input.stars())
        })
        .await;
    if let Err(error) = done {
        return conflict(&app, &req, sent, id, "name", error).await;
    }
    Ok(see_other(format!("/sites/{id}"), "已命名，公告已发布。"))
}

/// `POST /showcase/sites/{id}/recheck`
pub async fn recheck_site(
    app: Data<App>,
    req: HttpRequest,
    id: Path<SiteId>,
    sent: Form<StarsForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = match sent.input.clone() {
        Ok(input) => input,
        Err(errors) => return show(&app, &req, sent.who, id, sent.values, errors).await,
    };
    let done = app
        .command(&sent.who, move |tx, actor| {
            actions::recheck_site(tx, actor, id, Some(input.version), &input.stars())
        })
        .await;
    if let Err(error) = done {
        return conflict(&app, &req, sent, id, "recheck", error).await;
    }
    Ok(see_other(
        format!("/showcase/sites/{id}"),
        "复核已记录，命名期从今天起重新计算。",
    ))
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct DelistForm {
    pub version: i64,
    #[validate(length(min = 1, max = 500))]
    pub reason: String,
}

/// `POST /showcase/sites/{id}/delist`
pub async fn delist_site(
    app: Data<App>,
    req: HttpRequest,
    id: Path<SiteId>,
    sent: Form<DelistForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = match sent.input.clone() {
        Ok(input) => input,
        Err(errors) => return show(&app, &req, sent.who, id, sent.values, errors).await,
    };
    let done = app
        .command(&sent.who, move |tx, actor| {
            let reason = DelistInput {
                reason: input.reason.clone(),
            };
            actions::delist_site(tx, actor, id, Some(input.version), &reason)
        })
        .await;
    if let Err(error) = done {
        return conflict(&app, &req, sent, id, "delist", error).await;
    }
    Ok(see_other(
        format!("/showcase/sites/{id}"),
        "已摘牌，公告已发布。",
    ))
}
