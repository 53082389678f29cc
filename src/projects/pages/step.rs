//! Writing about a step, handing it in, and checking it.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{Again, page};
use crate::bids::content::StepKind;
use crate::error::{Error, Result};
use crate::ids::ProjectId;
use crate::projects::actions::{self, EvidenceInput, PassInput, ReturnInput};
use crate::projects::{step_of, steps, visible};
use crate::session::Who;
use crate::web::{App, Form, Page, Values, see_other};

/// Which of the form's buttons was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Save,
    Submit,
}

#[derive(Debug, Clone, Deserialize, Serialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct EvidenceForm {
    pub version: i64,
    #[serde(default)]
    #[validate(length(max = 4000))]
    pub evidence: String,
    pub act: Act,
}

/// `POST /projects/{id}/steps/{step}`
pub async fn write(
    app: Data<App>,
    req: HttpRequest,
    path: Path<(ProjectId, StepKind)>,
    form: Form<EvidenceForm>,
) -> Result<HttpResponse> {
    let (id, kind) = path.into_inner();
    let outcome = match form.input() {
        Ok(form_input) => {
            let version = Some(form_input.version);
            let act = form_input.act;
            let input = EvidenceInput {
                evidence: form_input.evidence,
            };
            app.command(&form.who, move |tx, actor| {
                match act {
                    Act::Save => actions::save(tx, actor, id, kind, version, &input)?,
                    Act::Submit => actions::submit(tx, actor, id, kind, version, &input)?,
                };
                Ok(act)
            })
            .await
        }
        Err(error) => Err(error),
    };
    let back = format!("/projects/{id}?step={kind}");
    match outcome {
        Ok(Act::Save) => Ok(see_other(back, "已保存，还没有提交。")),
        Ok(Act::Submit) => Ok(see_other(back, "已提交，等党委党建部核查。")),
        Err(Error::Invalid(errors)) => {
            let again = Again {
                values: form.values,
                errors,
                returning: false,
            };
            page(&app, &req, form.who, id, Some(kind), again).await
        }
        Err(Error::Conflict(refusal)) if refusal.code == "version_conflict" => {
            conflict(&app, &req, form, id, kind).await
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

/// Somebody else wrote about the same step: both texts, and the choice.
async fn conflict(
    app: &App,
    req: &HttpRequest,
    form: Form<EvidenceForm>,
    id: ProjectId,
    kind: StepKind,
) -> Result<HttpResponse> {
    let typed = |name| form.values.get(name).cloned().unwrap_or_default();
    let (evidence, act) = (typed("evidence"), typed("act"));
    app.private_page(req, form.who, move |c, actor, _| {
        visible(c, actor, id)?;
        let all = steps(c, id)?;
        let step = step_of(&all, kind)?;
        let side = |value: &str| {
            vec![Side {
                label: "做了什么，有什么变化",
                value: value.to_owned(),
                differs: evidence != step.evidence,
            }]
        };
        let fields = [
            Field {
                name: "evidence",
                value: evidence.clone(),
            },
            Field {
                name: "act",
                value: act,
            },
        ];
        Ok(Page::new("shell/conflict.html")
            .with("what", &format!("“{}”的材料", kind.label()))
            .with("theirs_by", &None::<String>)
            .with("theirs_at", &None::<String>)
            .with("yours", &side(&evidence))
            .with("theirs", &side(&step.evidence))
            .with("action", &format!("/projects/{id}/steps/{kind}"))
            .with("version", &step.version)
            .with("fields", &fields)
            .with("back", &format!("/projects/{id}?step={kind}"))
            .status(409))
    })
    .await
}

#[derive(Debug, Clone, Deserialize, Serialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct PassForm {
    pub version: i64,
    #[serde(default)]
    #[validate(length(max = 1000))]
    pub note: Option<String>,
}

/// `POST /projects/{id}/steps/{step}/pass`
pub async fn pass(
    app: Data<App>,
    req: HttpRequest,
    path: Path<(ProjectId, StepKind)>,
    form: Form<PassForm>,
) -> Result<HttpResponse> {
    let (id, kind) = path.into_inner();
    let outcome = match form.input() {
        Ok(typed) => {
            let input = PassInput { note: typed.note };
            app.command(&form.who, move |tx, actor| {
                actions::pass(tx, actor, id, kind, Some(typed.version), &input).map(|_| ())
            })
            .await
        }
        Err(error) => Err(error),
    };
    checked(&app, &req, form.who, form.values, (id, kind), outcome).await
}

#[derive(Debug, Clone, Deserialize, Serialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ReturnForm {
    pub version: i64,
    #[validate(length(min = 1, max = 1000))]
    pub reason: String,
}

/// `POST /projects/{id}/steps/{step}/return`
pub async fn send_back(
    app: Data<App>,
    req: HttpRequest,
    path: Path<(ProjectId, StepKind)>,
    form: Form<ReturnForm>,
) -> Result<HttpResponse> {
    let (id, kind) = path.into_inner();
    let outcome = match form.input() {
        Ok(typed) => {
            let input = ReturnInput {
                reason: typed.reason,
            };
            app.command(&form.who, move |tx, actor| {
                actions::send_back(tx, actor, id, kind, Some(typed.version), &input).map(|_| ())
            })
            .await
        }
        Err(error) => Err(error),
    };
    checked(&app, &req, form.who, form.values, (id, kind), outcome).await
}

/// Where the office goes after a check.
async fn checked(
    app: &App,
    req: &HttpRequest,
    who: Who,
    values: Values,
    (id, kind): (ProjectId, StepKind),
    outcome: Result<()>,
) -> Result<HttpResponse> {
    match outcome {
        Ok(()) => Ok(see_other(
            format!("/projects/{id}?step={kind}"),
            &format!("“{}”已核查。", kind.label()),
        )),
        Err(Error::Invalid(errors)) => {
            let again = Again {
                values,
                errors,
                returning: true,
            };
            page(app, req, who, id, Some(kind), again).await
        }
        Err(error) => Err(error),
    }
}
