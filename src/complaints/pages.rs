//! `/box`, for anybody, and `/complaints`, for the committee.

use serde_json::json;

use super::api::ComplaintsQuery;
use super::scene::{BoxScene, ComplaintScene, Followed};
use super::store::{self, Complaint};
use super::verbs::{Answer, Lodge};
use super::{ANSWER_DAYS, ComplaintState};
use crate::clock;
use crate::error::Result;
use crate::ids::ComplaintId;
use crate::people;
use crate::verbs::{Scene, Subject, Verb, refusal};
use crate::web::{Ask, Page};

/// `GET /box`
pub fn open(ask: &mut Ask) -> Result<Page> {
    let on = BoxScene::load(ask.c, ask.actor, &())?;
    let counts = store::counts(ask.c, on.committee, clock::local_date(ask.now))?;
    let refusal = refusal::<Lodge>(ask.c, &on, ask.actor, ask.now)?;
    Ok(Page::new("complaints/box.html")
        .with("committee", &on.name)
        .with("counts", &counts)
        .with("days", &ANSWER_DAYS)
        .with("refusal", &refusal))
}

/// `GET /box/{code}`
pub fn follow(ask: &mut Ask, code: String) -> Result<Page> {
    let on = Followed::load(ask.c, ask.actor, &code)?;
    let shown = on.shown(ask.c, ask.actor, ask.now)?;
    Ok(Page::new("complaints/follow.html")
        .with("code", &code.to_ascii_uppercase())
        .with("complaint", &shown)
        .with("state", shown.state.label())
        .with("tone", tone(shown.state)))
}

fn tone(state: ComplaintState) -> &'static str {
    match state {
        ComplaintState::Lodged => "amber",
        ComplaintState::Answered => "",
    }
}

/// `GET /complaints`
pub fn list(ask: &mut Ask) -> Result<Page> {
    shown(ask, None)
}

/// A refused answer again, on the list.
pub fn answering(ask: &mut Ask, id: ComplaintId) -> Result<Page> {
    let on = ComplaintScene::load(ask.c, ask.actor, &id)?;
    shown(ask, Some(on.row))
}

/// The list; with the one whose answer was refused, if there is one, before the others.
fn shown(ask: &mut Ask, typed: Option<Complaint>) -> Result<Page> {
    let query = match &typed {
        None => ask.query::<ComplaintsQuery>()?,
        Some(_) => ComplaintsQuery::default(),
    };
    let mut listing = query.run(ask)?;
    let first = typed.as_ref().map(|row| row.id);
    listing.items.retain(|row| Some(row.id) != first);
    listing.items.splice(0..0, typed);
    let today = clock::local_date(ask.now);
    let committees: Vec<_> = listing.items.iter().map(|row| row.committee_id).collect();
    let paths = people::paths(ask.c, &committees)?;
    let mut rows = Vec::with_capacity(listing.items.len());
    for row in &listing.items {
        let on = ComplaintScene {
            path: paths.get(&row.committee_id).cloned().unwrap_or_default(),
            row: row.clone(),
        };
        rows.push(json!({
            "shown": row,
            "state": row.state.label(),
            "tone": tone(row.state),
            "late": row.state == ComplaintState::Lodged && today > row.due_on,
            "typed": Some(row.id) == first,
            "may_answer": Answer::who(&on, ask.actor).is_ok() && row.state == ComplaintState::Lodged,
        }));
    }
    let states: Vec<_> = ComplaintState::ALL
        .iter()
        .map(|state| json!({ "value": state, "label": state.label() }))
        .collect();
    Ok(ask
        .paged("complaints/list.html", &listing)
        .with("rows", &rows)
        .with("states", &states)
        .with("state", query.state.map_or("", ComplaintState::as_str)))
}
