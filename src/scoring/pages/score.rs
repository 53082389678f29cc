//! The scoring page: read on the left, mark on the right, then the next one.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;
use validator::Validate;

use crate::bids;
use crate::clock;
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Refusal, Result};
use crate::ids::BidId;
use crate::joint;
use crate::numbers::rules::plain_marks;
use crate::rounds;
use crate::scoring::actions::{sheet, sheets, work};
use crate::scoring::input::{MarkInput, SheetInput};
use crate::scoring::pages::paper::entered;
use crate::scoring::store::MarkGiven;
use crate::scoring::{SheetState, VersionKind};
use crate::seats::{Criterion, EvaluationState};
use crate::session::Who;
use crate::web::App;
use crate::web::{Form, Page, Values, see_other};
use crate::who::Actor;

/// `GET /bids/{id}/score`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<BidId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, _| {
        score_page(c, actor, id, None, &FieldErrors::new())
    })
    .await
}

fn score_page(
    c: &mut Conn,
    actor: &Actor,
    id: BidId,
    typed: Option<&Values>,
    errors: &FieldErrors,
) -> Result<Page> {
    let (marking, criteria, sheet) = sheet::own(c, actor, id)?;
    let bid = bids::find(c, id)?;
    let round = rounds::find(c, bid.round_id)?;
    let content = bids::actions::content_of(c, actor, &bid)?.ok_or(Error::NotFound)?;
    let content = bids::content_shown(c, round.id, &content)?;
    let (assigned, _) = work::assignments(c, &marking.evaluation, round.id, marking.reviewer)?;
    let place = assigned.iter().position(|one| one.bid.id == id);
    let organization = place
        .and_then(|at| assigned.get(at))
        .map(|one| one.bid.organization.clone())
        .unwrap_or_default();
    let left = assigned.iter().filter(|one| one.waits()).count();
    let open = |one: &&work::Assignment| one.bid.id != id && one.waits();
    let next = assigned
        .iter()
        .skip_while(|one| one.bid.id != id)
        .find(open)
        .or_else(|| assigned.iter().find(open))
        .map(|one| one.bid.id);
    let previous = place
        .and_then(|at| at.checked_sub(1))
        .and_then(|at| assigned.get(at))
        .map(|one| one.bid.id);
    let all: Vec<_> = assigned
        .iter()
        .map(|one| {
            let state = match one.state {
                None => "未评",
                Some(SheetState::Draft) => "草稿",
                Some(SheetState::Submitted | SheetState::Locked) => "已提交",
            };
            json!({ "id": one.bid.id, "title": one.bid.title, "topic": one.topic, "state": state })
        })
        .collect();
    let given = match &sheet {
        Some(sheet) => sheet.marks()?,
        None => Vec::new(),
    };
    let rows = mark_rows(&criteria, &given, typed);
    let notes = match typed {
        Some(values) => values.get("notes").cloned().unwrap_or_default(),
        None => sheet.as_ref().map(|s| s.notes.clone()).unwrap_or_default(),
    };
    let locked = marking.evaluation.state == EvaluationState::Locked
        || !marking
            .evaluation
            .marks_again(id, sheet.as_ref().map(|sheet| sheet.id))?;
    let sent_back = match &sheet {
        Some(sheet) => sheets::sent_back(c, sheet.id)?,
        None => None,
    };
    let sent_back = sent_back.map(|version| {
        json!({
            "what": version.kind.label(), "disputed": version.kind == VersionKind::Disputed, "reason": version.reason, "at": clock::show_instant(version.made_at),
            "sheet": version.sheet_id,
        })
    });
    let paper = match &sheet {
        Some(sheet) => sheets::on_paper(c, sheet.id)?,
        None => None,
    };
    let files: Vec<_> = bids::files_for(c, actor, &bid)?
        .into_iter()
        .map(|file| json!({ "id": file.id, "name": file.name, "size": file.size }))
        .collect();
    Ok(Page::new("evaluation/score.html")
        .with("id", &id)
        .with("round_title", &round.title)
        .with("evaluation_id", &marking.evaluation.id)
        .with("organization", &organization)
        .with("blind", &marking.evaluation.is_blind())
        .with("content", &content)
        .with("files", &files)
        .with("joint", &joint::beside(c, &bid)?)
        .with("place", &place.map(|at| at + 1))
        .with("count", &assigned.len())
        .with("left", &left)
        .with("next", &next)
        .with("previous", &previous)
        .with("all", &all)
        .with("marks", &rows)
        .with("notes", &notes)
        .with("step", &plain_marks(marking.evaluation.mark_step.0))
        .with("total", &sheet.as_ref().map_or(0, |sheet| sheet.total))
        .with("version", &sheet.as_ref().map_or(0, |sheet| sheet.version))
        .with(
            "submitted",
            &sheet
                .as_ref()
                .is_some_and(|sheet| submitted(Some(sheet.state))),
        )
        .with("locked", &locked)
        .with("sent_back", &sent_back)
        .with("paper", &paper.as_ref().map(entered))
        .with("sheet_id", &sheet.as_ref().map(|sheet| sheet.id))
        .with("values", &typed.cloned().unwrap_or_default())
        .with("errors", errors))
}

/// A row for each criterion: as typed, or as stored.
pub fn mark_rows(
    criteria: &[Criterion],
    given: &[MarkGiven],
    typed: Option<&Values>,
) -> Vec<serde_json::Value> {
    criteria
        .iter()
        .enumerate()
        .map(|(n, criterion)| {
            let stored = given.iter().find(|mark| mark.criterion_id == criterion.id);
            let (mark_name, comment_name) =
                (format!("marks[{n}][mark]"), format!("marks[{n}][comment]"));
            let (mark, comment) = match typed {
                Some(values) => (
                    values.get(&mark_name).cloned().unwrap_or_default(),
                    values.get(&comment_name).cloned().unwrap_or_default(),
                ),
                None => (
                    stored
                        .and_then(|g| g.mark)
                        .map(plain_marks)
                        .unwrap_or_default(),
                    stored.map(|g| g.comment.clone()).unwrap_or_default(),
                ),
            };
            json!({
                "n": n, "id": criterion.id, "label": criterion.name, "hint": criterion.description,
                "full": plain_marks(criterion.full_marks.0), "mark": mark, "comment": comment,
                "name": mark_name, "comment_name": comment_name,
            })
        })
        .collect()
}

fn submitted(state: Option<SheetState>) -> bool {
    matches!(state, Some(SheetState::Submitted | SheetState::Locked))
}

/// The scoring page's form.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ScoreForm {
    version: i64,
    #[serde(default)]
    #[validate(length(max = 20), nested)]
    marks: Vec<MarkInput>,
    #[serde(default)]
    #[validate(length(max = 2000))]
    notes: Option<String>,
    #[serde(default)]
    submit: bool,
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

/// `POST /bids/{id}/score`: saves, or hands in and goes on to the next.
pub async fn save(
    app: Data<App>,
    req: HttpRequest,
    id: Path<BidId>,
    form: Form<ScoreForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let saved = match form.input() {
        Ok(typed) => {
            app.command(&form.who, move |tx, actor| {
                let saved = sheet::save(tx, actor, id, Some(typed.version), &typed.sheet())?;
                let next = next_after(tx, actor, id)?;
                Ok((saved, next))
            })
            .await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok((sheet, _)) if sheet.state == SheetState::Draft => {
            Ok(see_other(format!("/bids/{id}/score"), "已存为草稿。"))
        }
        Ok((_, (_, Some(next)))) => Ok(see_other(
            format!("/bids/{next}/score"),
            "已提交，这是下一份。",
        )),
        Ok((_, (evaluation, None))) => Ok(see_other(
            format!("/evaluations/{evaluation}"),
            "已提交，您的评分全部完成。",
        )),
        Err(Error::Invalid(errors)) => {
            app.private_page(&req, form.who, move |c, actor, _| {
                Ok(score_page(c, actor, id, Some(&form.values), &errors)?.status(422))
            })
            .await
        }
        Err(Error::Conflict(refusal)) if refusal.code == "version_conflict" => {
            conflict_page(app, req, id, form).await
        }
        Err(error) => Err(error),
    }
}

/// The next bid without a handed-in sheet, after this one and then from the top.
fn next_after(
    c: &mut Conn,
    actor: &Actor,
    id: BidId,
) -> Result<(crate::ids::EvaluationId, Option<BidId>)> {
    let marking = sheet::marking(c, actor, id)?;
    let (assigned, _) = work::assignments(
        c,
        &marking.evaluation,
        marking.bid.round_id,
        marking.reviewer,
    )?;
    let open = |one: &&work::Assignment| one.bid.id != id && one.waits();
    let next = assigned
        .iter()
        .skip_while(|one| one.bid.id != id)
        .find(open)
        .or_else(|| assigned.iter().find(open))
        .map(|one| one.bid.id);
    Ok((marking.evaluation.id, next))
}

/// Both versions side by side: the same reviewer in two windows.
async fn conflict_page(
    app: Data<App>,
    req: HttpRequest,
    id: BidId,
    form: Form<ScoreForm>,
) -> Result<HttpResponse> {
    app.private_page(&req, form.who, move |c, actor, _| {
        let (_, criteria, sheet) = sheet::own(c, actor, id)?;
        let sheet = sheet.ok_or(Error::NotFound)?;
        let stored = sheet.marks()?;
        let mut yours = Vec::new();
        let mut theirs = Vec::new();
        for (n, criterion) in criteria.iter().enumerate() {
            let mine = form
                .values
                .get(&format!("marks[{n}][mark]"))
                .cloned()
                .unwrap_or_default();
            let other = stored
                .iter()
                .find(|given| given.criterion_id == criterion.id)
                .and_then(|given| given.mark)
                .map(plain_marks)
                .unwrap_or_default();
            let differs = mine != other;
            yours.push(json!({ "label": criterion.name, "value": mine, "differs": differs }));
            theirs.push(json!({ "label": criterion.name, "value": other, "differs": differs }));
        }
        let fields: Vec<_> = form
            .values
            .iter()
            .filter(|(name, _)| !name.contains('=') && name.as_str() != "version")
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        Ok(Page::new("shell/conflict.html")
            .with("what", "评分表")
            .with("theirs_by", "您在另一个窗口")
            .with("theirs_at", &clock::show_instant(sheet.updated_at))
            .with("yours", &yours)
            .with("theirs", &theirs)
            .with("action", &format!("/bids/{id}/score"))
            .with("version", &sheet.version)
            .with("fields", &fields)
            .with("back", &format!("/bids/{id}/score"))
            .status(409))
    })
    .await
}

/// `POST /bids/{id}/score/autosave`
pub async fn autosave(
    app: Data<App>,
    id: Path<BidId>,
    form: Form<ScoreForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let typed = form.input()?;
    if typed.submit {
        return Err(Refusal::new("autosave_only", "自动保存不能提交评分表。").into());
    }
    let saved = app
        .command(&form.who, move |tx, actor| {
            sheet::save(tx, actor, id, Some(typed.version), &typed.sheet())
        })
        .await?;
    Ok(HttpResponse::Ok().json(json!({
        "saved_at": clock::show_time(saved.updated_at),
        "version": saved.version,
    })))
}
