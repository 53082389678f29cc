//! Marking on site.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::acceptance::{AcceptanceAction, actions, rules, visible};
use crate::clock;
use crate::contracts;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::AcceptanceId;
use crate::marks::show_hundredths;
use crate::numbers::rules::plain_marks;
use crate::scoring::input::{MarkInput, SheetInput};
use crate::scoring::{self, SheetState};
use crate::seats;
use crate::session::Who;
use crate::web::App;
use crate::web::{Form, Page, Values, see_other};
use crate::{people, projects};

#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ScoreForm {
    pub version: i64,
    #[serde(default)]
    #[validate(length(max = 20), nested)]
    pub marks: Vec<MarkInput>,
    #[serde(default)]
    pub submit: bool,
    #[serde(default)]
    #[validate(length(max = 2000))]
    pub notes: Option<String>,
}

impl ScoreForm {
    fn sheet(&self) -> SheetInput {
        SheetInput {
            marks: self.marks.clone(),
            submit: self.submit,
            notes: self.notes.clone(),
        }
    }
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    description: String,
    full: String,
    mark: Option<String>,
    comment: Option<String>,
}

#[derive(Serialize)]
struct Goal {
    name: String,
    baseline: String,
    target: String,
    unit: String,
}

#[derive(Serialize)]
struct Done {
    step: &'static str,
    text: String,
}

/// `GET /acceptances/{id}/score_sheet`
pub async fn sheet(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<AcceptanceId>,
) -> Result<HttpResponse> {
    form(&app, &req, who, id.into_inner(), None, FieldErrors::new()).await
}

async fn form(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: AcceptanceId,
    typed: Option<Values>,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { 200 } else { 422 };
    app.private_page(req, who, move |c, actor, _| {
        let acceptance = visible(c, actor, id)?;
        let reviewer = actions::score_refusal(c, actor, &acceptance)?;
        let project = projects::find(c, acceptance.project_id)?;
        let organization = people::organization(c, project.organization_id)?.short_name;
        let sheet = scoring::sheets_of(c, acceptance.evaluation_id, id.0)?
            .into_iter()
            .find(|sheet| sheet.reviewer_id == reviewer);
        let given = match &sheet {
            Some(sheet) => sheet.marks()?,
            None => Vec::new(),
        };
        let typed_at = |name: String| typed.as_ref().and_then(|values| values.get(&name).cloned());
        let rows: Vec<Row> = seats::criteria(c, acceptance.evaluation_id)?
            .into_iter()
            .enumerate()
            .map(|(nth, criterion)| {
                let kept = given.iter().find(|mark| mark.criterion_id == criterion.id);
                Row {
                    id: criterion.id.0,
                    full: plain_marks(criterion.full_marks.0),
                    mark: typed_at(format!("marks[{nth}][mark]"))
                        .or_else(|| kept.and_then(|mark| mark.mark).map(plain_marks)),
                    comment: typed_at(format!("marks[{nth}][comment]"))
                        .or_else(|| kept.map(|mark| mark.comment.clone())),
                    name: criterion.name,
                    description: criterion.description,
                }
            })
            .collect();
        let contract = contracts::find(c, project.contract_id)?;
        let goals: Vec<Goal> = contracts::binding_content(c, &contract)?
            .targets
            .into_iter()
            .map(|target| Goal {
                name: target.name,
                baseline: target.baseline,
                target: target.target,
                unit: target.unit,
            })
            .collect();
        let done: Vec<Done> = projects::steps(c, project.id)?
            .into_iter()
            .filter(|step| !step.evidence.trim().is_empty())
            .map(|step| Done {
                step: step.kind.label(),
                text: step.evidence,
            })
            .collect();
        let notes = typed_at("notes".to_owned())
            .or_else(|| sheet.as_ref().map(|sheet| sheet.notes.clone()))
            .unwrap_or_default();
        let values = Values::from([("notes".to_owned(), notes)]);
        Ok(Page::new("acceptance/score.html")
            .with("id", &id)
            .with("title", &project.title)
            .with("organization", &organization)
            .with("goals", &goals)
            .with("done", &done)
            .with("rows", &rows)
            .with(
                "total",
                &show_hundredths(sheet.as_ref().map_or(0, |sheet| sheet.total)),
            )
            .with(
                "submitted",
                &sheet
                    .as_ref()
                    .is_some_and(|sheet| sheet.state != SheetState::Draft),
            )
            .with(
                "refusal",
                &rules::next(acceptance.state, AcceptanceAction::Score).err(),
            )
            .with("version", &sheet.as_ref().map_or(0, |sheet| sheet.version))
            .with("values", &values)
            .with("errors", &errors)
            .status(status))
    })
    .await
}

/// `POST /acceptances/{id}/score_sheet`
pub async fn save_sheet(
    app: Data<App>,
    req: HttpRequest,
    id: Path<AcceptanceId>,
    sent: Form<ScoreForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let submit = sent.input.as_ref().is_ok_and(|input| input.submit);
    match save(&app, &sent, id).await {
        Ok(_) => Ok(see_other(
            format!("/acceptances/{id}"),
            if submit {
                "评分表已提交。"
            } else {
                "已保存。"
            },
        )),
        Err(Error::Invalid(errors)) => {
            form(&app, &req, sent.who, id, Some(sent.values), errors).await
        }
        Err(other) => Err(other),
    }
}

async fn save(app: &App, sent: &Form<ScoreForm>, id: AcceptanceId) -> Result<scoring::ScoreSheet> {
    let input = sent.input()?;
    let sheet = input.sheet();
    app.command(&sent.who, move |tx, actor| {
        actions::save_sheet(tx, actor, id, Some(input.version), &sheet)
    })
    .await
}

#[derive(Serialize)]
struct Saved {
    saved_at: String,
    version: i64,
}

/// `POST /acceptances/{id}/score_sheet/autosave`
pub async fn autosave(
    app: Data<App>,
    id: Path<AcceptanceId>,
    sent: Form<ScoreForm>,
) -> Result<HttpResponse> {
    let sheet = save(&app, &sent, id.into_inner()).await?;
    Ok(HttpResponse::Ok().json(Saved {
        saved_at: clock::show_time(sheet.updated_at),
        version: sheet.version,
    }))
}
