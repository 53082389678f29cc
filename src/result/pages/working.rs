//! Where a bid's score comes from: from each mean to the marks it is the mean of, to the comments.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::ids::{BidId, CriterionId, RoundId};
use crate::numbers::rules::{marks_text, plain_marks};
use crate::result::actions::ranking::{
    self, ExactMean, Part, RankedBid, RankedCriterion, ResultSheet, standing,
};
use crate::web::{Ask, Page};

/// `GET /rounds/{id}/result/{bid}`
pub fn working(ask: &mut Ask, (id, bid): (RoundId, BidId)) -> Result<Page> {
    let (_, shown) = ranking::read(ask.c, ask.actor, id, &Part::Bids(vec![bid]))?;
    let found = shown.topics.iter().find_map(|topic| {
        let row = topic.rows.iter().find(|row| row.bid_id == bid)?;
        Some((topic, row))
    });
    let (topic, row) = found.ok_or(Error::NotFound)?;
    let (label, tone) = standing(row);
    let means = shown.criteria.iter().zip(&row.criteria);
    let criteria: Vec<Value> = means
        .map(|(criterion, mean)| criterion_shown(criterion, mean, row))
        .collect();
    Ok(Page::new("evaluation/working.html")
        .with("round_id", &id)
        .with("round_title", &shown.title)
        .with("row", row)
        .with("topic", &topic.title)
        .with("label", &label)
        .with("tone", &tone)
        .with("rule_text", &shown.rule_text)
        .with("working", &sum(row, |sheet| sheet.total.0))
        .with("criteria", &criteria))
}

fn criterion_shown(criterion: &RankedCriterion, mean: &ExactMean, row: &RankedBid) -> Value {
    let given = |sheet: &ResultSheet| mark(sheet, criterion.id).map_or(0, |(mark, _)| mark);
    json!({
        "id": criterion.id, "name": criterion.name, "full": plain_marks(criterion.full_marks.0),
        "mean": mean, "working": sum(row, given),
        "lines": row.sheets.iter().map(|sheet| json!({
            "sheet": sheet.id, "alias": sheet.alias, "figure": marks_text(given(sheet)),
            "dropped": sheet.dropped,
            "comment": mark(sheet, criterion.id).map(|(_, comment)| comment),
        })).collect::<Vec<_>>(),
    })
}

fn mark(sheet: &ResultSheet, criterion: CriterionId) -> Option<(i64, &str)> {
    let found = sheet
        .marks
        .iter()
        .find(|mark| mark.criterion_id == criterion);
    found.map(|mark| (mark.mark.0, mark.comment.as_str()))
}

/// `88.00 + 79.00 + 88.00 = 255.00`, and by how many it is divided.
fn sum(row: &RankedBid, figure: impl Fn(&ResultSheet) -> i64) -> Option<Value> {
    let kept: Vec<i64> = row
        .sheets
        .iter()
        .filter(|sheet| sheet.dropped.is_none())
        .map(figure)
        .collect();
    let texts: Vec<String> = kept.iter().map(|figure| marks_text(*figure)).collect();
    (!kept.is_empty()).then(|| {
        json!({
            "sum": texts.join(" + "), "of": marks_text(kept.iter().sum()), "count": kept.len(),
        })
    })
}
