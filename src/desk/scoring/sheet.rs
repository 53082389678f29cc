//! One sheet, and the sending back of it.

use serde_json::json;

use crate::clock::show_instant;
use crate::error::Result;
use crate::ids::SheetId;
use crate::numbers::rules::plain_marks;
use crate::result::actions::reopen::Reopen;
use crate::scoring::actions::paper::{self, desk};
use crate::scoring::actions::sheets;
use crate::scoring::scene::SheetScene;
use crate::scoring::shown::sheets::{PaperShown, SheetSaid, SheetShown, SheetVersionShown};
use crate::scoring::{SheetState, VersionKind};
use crate::seats::{self, Criterion, EvaluationState};
use crate::verbs::{Scene, refusal};
use crate::web::{Ask, Page};

/// What became of an earlier version.
fn outcome(version: &SheetVersionShown) -> &'static str {
    match (version.kind, version.restored, version.ended_at.is_some()) {
        (VersionKind::Corrected | VersionKind::Replaced, _, _) => "",
        (VersionKind::Disputed, true, _) => "，评委后来确认无误",
        (VersionKind::Disputed, false, true) => "，已处理",
        (VersionKind::Disputed, false, false) => "，待处理",
        (VersionKind::Reopened, true, _) => "，后收回",
        (VersionKind::Reopened, false, true) => "，已重新提交",
        (VersionKind::Reopened, false, false) => "",
    }
}

fn said(said: &SheetSaid, criteria: &[Criterion]) -> serde_json::Value {
    let rows: Vec<_> = criteria
        .iter()
        .map(|criterion| {
            let given = said
                .marks
                .iter()
                .find(|mark| mark.criterion_id == criterion.id);
            json!({
                "name": criterion.name, "full": plain_marks(criterion.full_marks.0),
                "mark": given.and_then(|mark| mark.mark).map(|mark| mark.to_string()),
                "comment": given.map(|mark| mark.comment.clone()),
            })
        })
        .collect();
    json!({ "rows": rows, "total": said.total.to_string(), "notes": said.notes })
}

/// `GET /score_sheets/{id}`
pub fn show(ask: &mut Ask, id: SheetId) -> Result<Page> {
    let (c, actor, now) = ask.parts();
    let record = sheets::read(c, actor, id)?;
    let criteria = seats::criteria(c, record.scene.evaluation.id)?;
    let shown = SheetShown::of(&record)?;
    let scene = &record.scene;
    let (label, tone) = shown.sheet.standing();
    let chair = scene.chairs();
    let refusal = match chair && !shown.sheet.sent_back {
        true => {
            let on = SheetScene::load(c, actor, &id)?;
            refusal::<Reopen>(c, &on, actor, now)?
        }
        false => None,
    };
    let answers =
        record.own && record.sheet.state != SheetState::Locked && paper::closed(scene).is_none();
    let versions: Vec<_> = shown
        .versions
        .iter()
        .map(|version| {
            json!({
                "kind": version.kind.label(), "reason": version.reason,
                "at": show_instant(version.made_at),
                "submitted": version.submitted_at.map(show_instant),
                "outcome": outcome(version),
                "paper": version.paper.as_ref().map(PaperShown::told),
                "said": version.said.as_ref().map(|one| said(one, &criteria)),
            })
        })
        .collect();
    Ok(Page::new("evaluation/sheet.html")
        .with("id", &id)
        .with("evaluation_id", &scene.evaluation.id)
        .with("round_id", &scene.round.id)
        .with("round_title", &scene.round.title)
        .with("bid_id", &shown.sheet.bid_id)
        .with("bid_title", &shown.sheet.bid_title)
        .with("reviewer", &shown.sheet.reviewer)
        .with("reviewer_id", &shown.sheet.reviewer_id)
        .with("own", &record.own)
        .with("chair", &chair)
        .with("watches", &scene.watches(actor))
        .with(
            "locked",
            &(scene.evaluation.state == EvaluationState::Locked),
        )
        .with("state_label", &label)
        .with("tone", &tone)
        .with("sent_back", &shown.sheet.sent_back)
        .with("disputed", &shown.sheet.disputed)
        .with("paper", &shown.sheet.paper.as_ref().map(PaperShown::told))
        .with("may_correct", &desk::may_correct(c, actor, id)?)
        .with("answers", &answers)
        .with("submitted_at", &shown.sheet.submitted_at.map(show_instant))
        .with("said", &shown.said.as_ref().map(|one| said(one, &criteria)))
        .with("versions", &versions)
        .with("refusal", &refusal))
}
