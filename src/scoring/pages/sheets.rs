//! Sheets as the chair and the committee follow them, and the sending back of one.

use serde_json::json;

use crate::clock::show_instant;
use crate::error::Result;
use crate::ids::{EvaluationId, SheetId};
use crate::numbers::rules::plain_marks;
use crate::panel::scene::Scene;
use crate::result::actions::reopen::Reopen;
use crate::scoring::actions::paper::{self, desk};
use crate::scoring::actions::sheets;
use crate::scoring::api::sheets::SheetsQuery;
use crate::scoring::scene::SheetScene;
use crate::scoring::shown::sheets::{
    PaperShown, SheetListed, SheetSaid, SheetShown, SheetVersionShown,
};
use crate::scoring::{SheetState, VersionKind};
use crate::seats::{self, Criterion, EvaluationState};
use crate::verbs::{Scene as _, refusal};
use crate::web::{Ask, Listing, Page};
use crate::who::Actor;

/// Label and tone of where a sheet stands.
fn standing(sheet: &SheetListed) -> (&'static str, &'static str) {
    match (sheet.state, sheet.sent_back) {
        (_, true) if sheet.disputed => ("有异议", "amber"),
        (_, true) => ("已退回", "amber"),
        (SheetState::Draft, false) => ("草稿", ""),
        (SheetState::Submitted, false) => ("已提交", "green"),
        (SheetState::Locked, false) => ("已锁定", "green"),
    }
}

/// How a sheet came from paper, for people.
fn paper(shown: &PaperShown) -> serde_json::Value {
    json!({
        "by": shown.entered_by_name, "at": show_instant(shown.entered_at),
        "confirmed": shown.confirmed_at.map(show_instant),
        "reason": shown.reason, "scan": shown.scan,
    })
}

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

/// `GET /evaluations/{id}/score_sheets`
pub fn list(ask: &mut Ask, id: EvaluationId) -> Result<Page> {
    let query: SheetsQuery = ask.query()?;
    let (c, actor, _) = ask.parts();
    let filter = query.filter()?;
    let (scene, lines) = sheets::list(c, actor, id, &filter)?;
    let listing = Listing::new(lines, filter.limit, |line| line.head.id.0);
    let next = listing.next_cursor.clone();
    let lines: Vec<_> = listing
        .items
        .into_iter()
        .map(SheetListed::from)
        .map(|one| {
            let (label, tone) = standing(&one);
            json!({
                "id": one.id, "title": one.bid_title, "reviewer": one.reviewer, "state": label, "tone": tone,
                "at": one.submitted_at.map(show_instant).unwrap_or_default(),
                "paper": one.paper.as_ref().map(paper),
                "kept": one.kept.iter().map(|kind| kind.label()).collect::<Vec<_>>(),
            })
        })
        .collect();
    let members = seats::panel(c, scene.evaluation.id)?;
    let people = seats::people_by_id(c, members.iter().map(|m| m.user_id).collect())?;
    let members: Vec<_> = members
        .iter()
        .map(|member| {
            let name = people
                .get(&member.user_id)
                .map(|person| person.name.clone());
            json!({ "value": member.user_id, "label": name.unwrap_or_default() })
        })
        .collect();
    Ok(Page::new("evaluation/sheets.html")
        .with("id", &id)
        .with("round_id", &scene.round.id)
        .with("round_title", &scene.round.title)
        .with("sheets", &lines)
        .with("members", &members)
        .with("reviewer_id", &query.reviewer_id)
        .with("bid_id", &query.bid_id)
        .with("may_enter", &may_enter(&scene, actor))
        .with("next", &next))
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

/// Whether this person may enter paper sheets now: for the link.
pub fn may_enter(scene: &Scene, actor: &Actor) -> bool {
    paper::may_enter(scene, actor).is_ok() && paper::closed(scene).is_none()
}

/// `GET /score_sheets/{id}`
pub fn show(ask: &mut Ask, id: SheetId) -> Result<Page> {
    let (c, actor, now) = ask.parts();
    let record = sheets::read(c, actor, id)?;
    let criteria = seats::criteria(c, record.scene.evaluation.id)?;
    let shown = SheetShown::of(&record)?;
    let scene = &record.scene;
    let (label, tone) = standing(&shown.sheet);
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
                "paper": version.paper.as_ref().map(paper),
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
        .with("paper", &shown.sheet.paper.as_ref().map(paper))
        .with("may_correct", &desk::may_correct(c, actor, id)?)
        .with("answers", &answers)
        .with("submitted_at", &shown.sheet.submitted_at.map(show_instant))
        .with("said", &shown.said.as_ref().map(|one| said(one, &criteria)))
        .with("versions", &versions)
        .with("refusal", &refusal))
}
