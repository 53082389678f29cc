//! Sheets: their totals, who wrote them, what came from paper.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::{MarkGiven, SheetState};
use crate::db::Conn;
use crate::db::schema::{attachments, bids, paper_sheets, recusals, score_sheets};
use crate::error::Result;
use crate::ids::SheetId;
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] =
    &[("evaluation", &[sheets, recused_sheets, papers, counted])];

/// A submitted sheet's total is the sum of its marks, and each mark is there.
fn sheets(c: &mut Conn) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut after = SheetId(0);
    loop {
        let page: Vec<(SheetId, String, i64)> = score_sheets::table
            .filter(score_sheets::id.gt(after))
            .filter(score_sheets::state.ne(SheetState::Draft))
            .order(score_sheets::id)
            .limit(1000)
            .select((score_sheets::id, score_sheets::marks, score_sheets::total))
            .load(c)?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after = last.0;
        for (sheet, marks, total) in page {
            let Ok(marks) = serde_json::from_str::<Vec<MarkGiven>>(&marks) else {
                found.push(format!("the marks of sheet {sheet} cannot be read"));
                continue;
            };
            let sum: Option<i64> = marks.iter().map(|given| given.mark).sum();
            if sum != Some(total) {
                found.push(format!(
                    "sheet {sheet} has the total {total}, its marks say otherwise"
                ));
            }
        }
    }
}

/// Nobody marks in a topic they are recused from; a sheet from before a declared recusal stays, and counts no more.
fn recused_sheets(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<SheetId> = score_sheets::table
        .inner_join(bids::table.on(bids::id.eq(score_sheets::subject_id)))
        .inner_join(
            recusals::table.on(recusals::evaluation_id
                .eq(score_sheets::evaluation_id)
                .and(recusals::user_id.eq(score_sheets::reviewer_id))
                .and(bids::topic_id.eq(recusals::topic_id.nullable()))),
        )
        .filter(recusals::lifted_at.is_null())
        .filter(recusals::at.lt(score_sheets::created_at))
        .select(score_sheets::id)
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|sheet| format!("sheet {sheet} is by somebody recused from its topic"))
        .collect())
}

/// What was entered from paper counts, was entered by somebody else, and has its scan.
fn papers(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<SheetId> = paper_sheets::table
        .inner_join(score_sheets::table)
        .inner_join(attachments::table.on(attachments::id.eq(paper_sheets::attachment_id)))
        .filter(
            paper_sheets::version_id
                .is_null()
                .and(score_sheets::state.eq(SheetState::Draft))
                .or(paper_sheets::entered_by.eq(score_sheets::reviewer_id))
                .or(attachments::removed_at.is_not_null()),
        )
        .select(paper_sheets::sheet_id)
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|sheet| format!("what was entered from paper for sheet {sheet} does not stand"))
        .collect())
}

/// A sheet is counted by its bid's topic, and as entered from paper if what it says was.
fn counted(c: &mut Conn) -> Result<Vec<String>> {
    let papers = || {
        paper_sheets::table
            .filter(paper_sheets::sheet_id.eq(score_sheets::id))
            .filter(paper_sheets::version_id.is_null())
    };
    let elsewhere: Vec<SheetId> = score_sheets::table
        .inner_join(bids::table.on(bids::id.eq(score_sheets::subject_id)))
        .filter(
            score_sheets::topic_id
                .is_null()
                .or(score_sheets::topic_id.ne(bids::topic_id)),
        )
        .select(score_sheets::id)
        .load(c)?;
    let entered = score_sheets::on_paper.and(not(exists(papers())));
    let typed = not(score_sheets::on_paper).and(exists(papers()));
    let otherwise: Vec<SheetId> = score_sheets::table
        .filter(entered.or(typed))
        .select(score_sheets::id)
        .load(c)?;
    Ok(elsewhere
        .into_iter()
        .chain(otherwise)
        .map(|sheet| format!("sheet {sheet} is counted as what it is not"))
        .collect())
}
