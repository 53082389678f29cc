//! The list of sheets, as the chair and the committee follow them. One sheet is shown by [`crate::desk::scoring`].

use serde_json::json;

use crate::clock::show_instant;
use crate::error::Result;
use crate::ids::EvaluationId;
use crate::scoring::actions::{paper, sheets};
use crate::scoring::api::sheets::SheetsQuery;
use crate::scoring::shown::sheets::{PaperShown, SheetListed};
use crate::seats;
use crate::web::{Ask, Listing, Page};

/// `GET /evaluations/{id}/score_sheets`
pub fn list(ask: &mut Ask, id: EvaluationId) -> Result<Page> {
    let query: SheetsQuery = ask.query()?;
    let (c, actor, _) = ask.parts();
    let filter = query.filter()?;
    let (scene, veil, lines) = sheets::list(c, actor, id, &filter)?;
    let listing = Listing::new(lines, filter.limit, |line| line.head.id.0);
    let next = listing.next_cursor.clone();
    let lines: Vec<_> = listing
        .items
        .into_iter()
        .map(|line| SheetListed::of(line, &veil))
        .map(|one| {
            let (label, tone) = one.standing();
            json!({
                "id": one.id, "title": one.bid_title, "reviewer": one.reviewer, "state": label, "tone": tone,
                "at": one.submitted_at.map(show_instant).unwrap_or_default(),
                "paper": one.paper.as_ref().map(PaperShown::told),
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
        .with("may_enter", &paper::enters(&scene, actor))
        .with("next", &next))
}
