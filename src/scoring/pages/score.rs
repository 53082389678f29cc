//! The scoring page: read on the left, mark on the right, then the next one.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use serde_json::json;
use validator::Validate;

use crate::bids::{self, Seen};
use crate::clock;
use crate::error::{Error, Refusal, Result};
use crate::ids::BidId;
use crate::joint;
use crate::marks::Mark;
use crate::numbers::rules::plain_marks;
use crate::scoring::actions::work::Share;
use crate::scoring::actions::{sheet, sheets};
use crate::scoring::input::{MarkInput, SheetInput};
use crate::scoring::pages::entered;
use crate::scoring::scene::OwnSheet;
use crate::scoring::store::{MarkGiven, ScoreSheet};
use crate::scoring::{SheetState, VersionKind};
use crate::seats::{Criterion, EvaluationState};
use crate::verbs::Scene;
use crate::web::{App, Ask, Form, Page, Values};

/// What the form shows: a row for each criterion.
fn stored(on: &OwnSheet) -> Result<SheetInput> {
    let given = on.sheet.as_ref().map(ScoreSheet::marks).transpose()?;
    let given = given.unwrap_or_default();
    let mark = |criterion: &Criterion| {
        let known = given.iter().find(|mark| mark.criterion_id == criterion.id);
        MarkInput {
            criterion_id: criterion.id,
            mark: known.and_then(|given| given.mark).map(Mark),
            comment: known.map(|given| given.comment.clone()),
        }
    };
    Ok(SheetInput {
        marks: on.criteria.iter().map(mark).collect(),
        submit: false,
        notes: on.sheet.as_ref().map(|sheet| sheet.notes.clone()),
    })
}

/// Bids before and after this one that the page leads to.
const BESIDE: i64 = 20;

/// `GET /bids/{id}/score`
pub fn show(ask: &mut Ask, id: BidId) -> Result<Page> {
    let on = OwnSheet::load(ask.c, ask.actor, &id)?;
    let typed = (!ask.again.values.is_empty()).then(|| ask.again.values.clone());
    ask.again.fill(&stored(&on)?)?;
    let (c, actor, _) = ask.parts();
    let OwnSheet {
        marking,
        criteria,
        sheet,
    } = on;
    let Seen { bid, round, veil } = bids::visible(c, actor, id)?;
    let content = bids::actions::content_of(c, actor, &bid, &veil)?.ok_or(Error::NotFound)?;
    let content = bids::content_shown(c, &bid, &content)?;
    let share = Share::load(c, &marking.evaluation, round.id, marking.reviewer)?;
    // The neighbours; the evaluation's page has all.
    let mut all = share.before(c, id, BESIDE)?;
    let previous = all.last().map(|one| one.bid.id);
    let own = share.among(c, &[id])?;
    let organization = own
        .first()
        .map(|one| one.bid.named.organization(&veil))
        .unwrap_or_default();
    all.extend(own);
    let rest = 2 * BESIDE + 1 - i64::try_from(all.len()).unwrap_or(0);
    all.extend(share.after(c, Some(id), rest)?);
    let all: Vec<_> = all
        .iter()
        .map(|one| {
            let state = match one.state {
                None => "未评",
                Some(SheetState::Draft) => "草稿",
                Some(SheetState::Submitted | SheetState::Locked) => "已提交",
            };
            json!({ "id": one.bid.id, "title": one.bid.named.title(&veil), "topic": one.topic, "state": state })
        })
        .collect();
    let given = match &sheet {
        Some(sheet) => sheet.marks()?,
        None => Vec::new(),
    };
    let rows = mark_rows(&criteria, &given, typed.as_ref());
    let notes = match &typed {
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
            "what": version.kind.label(), "disputed": version.kind == VersionKind::Disputed, "reason": veil.text(&version.reason), "at": clock::show_instant(version.made_at),
            "sheet": version.sheet_id,
        })
    });
    let paper = match &sheet {
        Some(sheet) => sheets::on_paper(c, sheet.id)?,
        None => None,
    };
    let files: Vec<_> = bids::files_for(c, actor, &bid, &veil)?
        .into_iter()
        .map(|one| json!({ "id": one.file.id, "name": one.file.name, "size": one.file.size }))
        .collect();
    Ok(Page::new("evaluation/score.html")
        .with("id", &id)
        .with("round_title", &round.title)
        .with("evaluation_id", &marking.evaluation.id)
        .with("organization", &organization)
        .with("blind", &veil.lies())
        .with("content", &content)
        .with("files", &files)
        .with("joint", &joint::beside(c, &bid, &veil)?)
        .with("place", &share.place(c, id)?)
        .with("count", &share.count())
        .with("left", &share.left(c)?)
        .with("next", &share.next(c, Some(id))?)
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
        .with("sheet_id", &sheet.as_ref().map(|sheet| sheet.id)))
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

/// The form as the script sends it while somebody types.
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
