//! Marking on site.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use serde_json::json;
use validator::Validate;

use crate::acceptance::scene::SheetScene;
use crate::acceptance::verbs::Score;
use crate::clock;
use crate::contracts;
use crate::error::{Error, Result};
use crate::ids::AcceptanceId;
use crate::numbers::rules::plain_marks;
use crate::people;
use crate::projects;
use crate::scoring::input::{MarkInput, SheetInput};
use crate::scoring::{self, SheetState};
use crate::seats::{self};
use crate::verbs::{Given, Scene, refusal, run};
use crate::web::{App, Ask, Form, Page};

/// `GET /acceptances/{id}/score_sheet`
pub fn sheet(ask: &mut Ask, id: AcceptanceId) -> Result<Page> {
    let (c, actor, now) = ask.parts();
    let on = SheetScene::load(c, actor, &id)?;
    let project = projects::find(c, on.acceptance.project_id)?;
    let organization = people::organization(c, project.organization_id)?.short_name;
    let refusal = refusal::<Score>(c, &on, actor, now)?;
    let criteria = seats::criteria(c, on.acceptance.evaluation_id)?;
    let contract = contracts::find(c, project.contract_id)?;
    let goals = contracts::binding_content(c, &contract)?.targets;
    let done: Vec<_> = projects::steps(c, project.id)?
        .into_iter()
        .filter(|step| !step.evidence.trim().is_empty())
        .map(|step| json!({ "step": step.kind.label(), "text": step.evidence }))
        .collect();
    let given = match &on.sheet {
        Some(sheet) => sheet.marks()?,
        None => Vec::new(),
    };
    let marks: Vec<_> = criteria
        .iter()
        .map(|criterion| {
            let kept = given.iter().find(|one| one.criterion_id == criterion.id);
            json!({
                "mark": kept.and_then(|one| one.mark).map(plain_marks),
                "comment": kept.map(|one| &one.comment),
            })
        })
        .collect();
    let notes = on.sheet.as_ref().map(|sheet| &sheet.notes);
    ask.again.fill(&json!({ "marks": marks, "notes": notes }))?;
    let rows: Vec<_> = criteria
        .iter()
        .enumerate()
        .map(|(nth, criterion)| {
            json!({
                "id": criterion.id,
                "name": criterion.name,
                "description": criterion.description,
                "full": plain_marks(criterion.full_marks.0),
                "mark": ask.again.value(&format!("marks[{nth}][mark]")),
                "comment": ask.again.value(&format!("marks[{nth}][comment]")),
            })
        })
        .collect();
    let handed_in = |sheet: &scoring::ScoreSheet| sheet.state != SheetState::Draft;
    Ok(Page::new("acceptance/score.html")
        .with("id", &id)
        .with("title", &project.title)
        .with("organization", &organization)
        .with("goals", &goals)
        .with("done", &done)
        .with("rows", &rows)
        .with("total", &on.sheet.as_ref().map_or(0, |sheet| sheet.total))
        .with("submitted", &on.sheet.as_ref().is_some_and(handed_in))
        .with("refusal", &refusal)
        .with("version", &on.version()))
}

/// The form as the script sends it while somebody types.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ScoreForm {
    version: i64,
    #[serde(default)]
    #[validate(length(max = 20), nested)]
    marks: Vec<MarkInput>,
    #[serde(default)]
    submit: bool,
    #[serde(default)]
    #[validate(length(max = 2000))]
    notes: Option<String>,
}

/// `POST /acceptances/{id}/score_sheet/autosave`
pub async fn autosave(
    app: Data<App>,
    id: Path<AcceptanceId>,
    sent: Form<ScoreForm>,
) -> Result<HttpResponse> {
    let (id, form) = (id.into_inner(), sent.input()?);
    let input = SheetInput {
        marks: form.marks,
        submit: form.submit,
        notes: form.notes,
    };
    let sheet = app
        .command(&sent.who, move |tx, actor| {
            let given = Given::Read(&input, Some(form.version));
            let kept = run::<Score>(tx, actor, &id, &given)?.scene.sheet;
            kept.ok_or(Error::NotFound)
        })
        .await?;
    Ok(HttpResponse::Ok().json(json!({
        "saved_at": clock::show_time(sheet.updated_at), "version": sheet.version,
    })))
}
