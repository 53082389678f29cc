//! Writing and publishing a case.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{VersionForm, conflict_page, is_stale};
use crate::clock::show_instant;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{CaseId, ProjectId};
use crate::projects;
use crate::session::Who;
use crate::showcase::input::CaseText;
use crate::showcase::portal::body::paragraphs;
use crate::showcase::{actions, store};
use crate::web::forms::values_of;
use crate::web::{App, Form, Page, Values, see_other};

#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct CaseForm {
    /// 0 before the first saving.
    pub version: i64,
    #[validate(nested)]
    pub text: CaseText,
}

/// `GET /projects/{id}/case`
pub async fn case_form(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<ProjectId>,
) -> Result<HttpResponse> {
    form(&app, &req, who, id.into_inner(), None, FieldErrors::new()).await
}

async fn form(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: ProjectId,
    typed: Option<Values>,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { 200 } else { 422 };
    app.private_page(req, who, move |c, actor, _| {
        let project = projects::visible(c, actor, id)?;
        let case = store::case_of(c, id)?;
        let refusal = actions::save_refusal(c, actor, &project)?;
        if !errors.is_empty() {
            actions::may_save(c, actor, &project)?;
        }
        let kept = match &case {
            Some(case) => values_of(&CaseForm {
                version: case.version,
                text: CaseText {
                    title: case.title.clone(),
                    establish: case.establish.clone(),
                    solve: case.solve.clone(),
                    brand: case.brand.clone(),
                    model: case.model.clone(),
                },
            })?,
            None => Values::from([
                ("version".to_owned(), "0".to_owned()),
                ("text[title]".to_owned(), project.title.clone()),
            ]),
        };
        Ok(Page::new("showcase/case_form.html")
            .with("project", &id)
            .with("title", &project.title)
            .with("refusal", &refusal)
            .with("values", &typed.unwrap_or(kept))
            .with("errors", &errors)
            .status(status))
    })
    .await
}

/// `POST /projects/{id}/case`
pub async fn save_case(
    app: Data<App>,
    req: HttpRequest,
    id: Path<ProjectId>,
    sent: Form<CaseForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let outcome = match sent.input() {
        Ok(input) => {
            app.command(&sent.who, move |tx, actor| {
                let version = (input.version > 0).then_some(input.version);
                actions::save_case(tx, actor, id, version, &input.text).map_err(under_text)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(case) => Ok(see_other(
            format!("/showcase/cases/{}", case.id),
            "案例已保存。",
        )),
        Err(Error::Invalid(errors)) => {
            form(&app, &req, sent.who, id, Some(sent.values), errors).await
        }
        Err(other) if is_stale(&other) => conflict(&app, &req, sent.who, id, sent.values).await,
        Err(other) => Err(other),
    }
}

async fn conflict(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: ProjectId,
    typed: Values,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, _| {
        let project = projects::visible(c, actor, id)?;
        let case = store::case_of(c, id)?.ok_or(Error::NotFound)?;
        let yours = |name: &str| {
            let typed = typed.get(&format!("text[{name}]"));
            typed.cloned().unwrap_or_default()
        };
        let lines = vec![
            ("标题", yours("title"), case.title),
            ("立一个项目", yours("establish"), case.establish),
            ("破一个难题", yours("solve"), case.solve),
            ("塑一个品牌", yours("brand"), case.brand),
            ("创一种模式", yours("model"), case.model),
        ];
        let form = format!("/projects/{}/case", project.id);
        Ok(conflict_page(
            "案例",
            Some(show_instant(case.updated_at)),
            lines,
            &typed,
            case.version,
            (form.clone(), form),
        ))
    })
    .await
}

/// The form's names for the action's fields.
fn under_text(error: Error) -> Error {
    if let Error::Invalid(fields) = error {
        Error::Invalid(
            fields
                .into_iter()
                .map(|(name, messages)| (format!("text[{name}]"), messages))
                .collect(),
        )
    } else {
        error
    }
}

/// `GET /showcase/cases/{id}`
pub async fn case(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<CaseId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, _| {
        let case = actions::visible_case(c, actor, id)?;
        let project = projects::find(c, case.project_id)?;
        let four = [
            ("立一个项目", &case.establish),
            ("破一个难题", &case.solve),
            ("塑一个品牌", &case.brand),
            ("创一种模式", &case.model),
        ]
        .map(|(label, text)| (label, paragraphs(text)));
        Ok(Page::new("showcase/case.html")
            .with("id", &id)
            .with("project", &project.id)
            .with("title", &case.title)
            .with("four", &four)
            .with("published", &case.published_at.is_some())
            .with(
                "editable",
                &actions::save_refusal(c, actor, &project)?.is_none(),
            )
            .with(
                "publish_refusal",
                &actions::publish_refusal(c, actor, &case)?,
            )
            .with("version", &case.version))
    })
    .await
}

/// `POST /showcase/cases/{id}/publish`
pub async fn publish_case(
    app: Data<App>,
    id: Path<CaseId>,
    sent: Form<VersionForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = sent.input()?.version;
    app.command(&sent.who, move |tx, actor| {
        actions::publish_case(tx, actor, id, Some(version))
    })
    .await?;
    Ok(see_other(format!("/cases/{id}"), "案例已发布。"))
}
