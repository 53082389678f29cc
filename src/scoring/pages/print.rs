//! Score sheets for the printer, A4.

use serde_json::json;

use crate::clock::show_instant;
use crate::error::Result;
use crate::ids::{BidId, EvaluationId};
use crate::numbers::rules::{marks_text, plain_marks};
use crate::scoring::actions::print::{self, Prints};
use crate::scoring::pages::entered;
use crate::web::paging::PageQuery;
use crate::web::{Ask, Cursor, Page};

/// Sheets printed in one go.
const SHEETS: usize = 50;

fn page(prints: &Prints, back: String, next: Option<String>) -> Result<Page> {
    let mut sheets = Vec::with_capacity(prints.sheets.len());
    for one in &prints.sheets {
        let marks = match &one.filled {
            Some(filled) => filled.sheet.marks()?,
            None => Vec::new(),
        };
        let rows: Vec<_> = prints
            .criteria
            .iter()
            .map(|criterion| {
                let given = marks.iter().find(|mark| mark.criterion_id == criterion.id);
                json!({
                    "name": criterion.name, "hint": criterion.description,
                    "full": plain_marks(criterion.full_marks.0),
                    "mark": given.and_then(|mark| mark.mark).map(marks_text),
                    "comment": given.map(|mark| mark.comment.clone()),
                })
            })
            .collect();
        let filled = one.filled.as_ref();
        sheets.push(json!({
            "title": one.bid.named.title(&prints.veil),
            "organization": one.bid.named.organization(&prints.veil), "topic": one.topic,
            "number": one.bid.id, "rows": rows,
            "reviewer": filled.map(|filled| &filled.reviewer),
            "total": filled.map(|filled| marks_text(filled.sheet.total)),
            "notes": filled.map(|filled| filled.sheet.notes.clone()),
            "at": filled.and_then(|filled| filled.sheet.submitted_at).map(show_instant),
            "paper": filled.and_then(|filled| filled.paper.as_ref()).map(entered),
        }));
    }
    Ok(Page::new("evaluation/print.html")
        .with("round_title", &prints.scene.round.title)
        .with("evaluation_id", &prints.scene.evaluation.id)
        .with("blind", &prints.veil.lies())
        .with("step", &plain_marks(prints.scene.evaluation.mark_step.0))
        .with("sheets", &sheets)
        .with("back", &back)
        .with("next", &next))
}

/// `GET /evaluations/{id}/blank_sheets`
pub fn blank(ask: &mut Ask, id: EvaluationId) -> Result<Page> {
    let query: PageQuery = ask.query()?;
    let limit = query
        .limit
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(SHEETS);
    let prints = print::blank(ask.c, ask.actor, id, query.after()?, limit)?;
    let address = format!("/evaluations/{id}/blank_sheets?limit={limit}&cursor=");
    let next = prints.next.map(|bid| address + &Cursor::write(bid.0));
    page(&prints, format!("/evaluations/{id}"), next)
}

/// `GET /bids/{id}/score/print`
pub fn own(ask: &mut Ask, id: BidId) -> Result<Page> {
    let prints = print::own(ask.c, ask.actor, id)?;
    page(&prints, format!("/bids/{id}/score"), None)
}
