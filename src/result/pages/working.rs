//! Where a bid's score comes from: from each mean to the marks it is the mean of, to the comments.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::clock::show_instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{BidId, CriterionId, RoundId};
use crate::numbers::rules::{marks_text, plain_marks};
use crate::result::actions::ranking::{
    self, ExactMean, RankedBid, RankedCriterion, ResultSheet, Sheets, standing,
};
use crate::seats::alias;
use crate::session::Who;
use crate::web::App;
use crate::web::Page;
use crate::who::Actor;

/// `GET /rounds/{id}/result/{bid}`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    path: Path<(RoundId, BidId)>,
) -> Result<HttpResponse> {
    let (id, bid) = path.into_inner();
    app.private_page(&req, who, move |c, actor, _| page(c, actor, id, bid))
        .await
}

fn page(c: &mut Conn, actor: &Actor, id: RoundId, bid: BidId) -> Result<Page> {
    let (_, shown) = ranking::read(c, actor, id, Sheets::Of(bid))?;
    let found = shown.topics.iter().find_map(|topic| {
        let row = topic.rows.iter().find(|row| row.bid_id == bid)?;
        Some((topic, row))
    });
    let (topic, row) = found.ok_or(Error::NotFound)?;
    let (label, tone) = standing(row);
    let criteria: Vec<Value> = shown
        .criteria
        .iter()
        .zip(&row.criteria)
        .map(|(criterion, mean)| criterion_shown(criterion, mean, row))
        .collect();
    let totals: Vec<Value> = row
        .sheets
        .iter()
        .map(|sheet| line(sheet, sheet.total.0, None))
        .collect();
    Ok(Page::new("evaluation/working.html")
        .with("round_id", &id)
        .with("round_title", &shown.title)
        .with("bid_id", &bid)
        .with("title", &row.title)
        .with("organization", &row.organization)
        .with("topic", &topic.title)
        .with("rank", &row.rank)
        .with("label", &label)
        .with("tone", &tone)
        .with("rule_text", &shown.rule_text)
        .with("opens", &row.opens)
        .with("total", &row.total.as_ref().map(mean_shown))
        .with("working", &working(row, |sheet| sheet.total.0))
        .with("totals", &totals)
        .with("criteria", &criteria)
        .with(
            "sheets",
            &row.sheets.iter().map(sheet_shown).collect::<Vec<_>>(),
        ))
}

fn mean_shown(mean: &ExactMean) -> Value {
    json!({ "shown": mean.shown, "exact": format!("{}/{}", mean.numerator, mean.denominator) })
}

fn criterion_shown(criterion: &RankedCriterion, mean: &ExactMean, row: &RankedBid) -> Value {
    let given = |sheet: &ResultSheet| mark(sheet, criterion.id).map_or(0, |(mark, _)| mark);
    json!({
        "id": criterion.id, "name": criterion.name, "full": plain_marks(criterion.full_marks.0),
        "mean": mean_shown(mean),
        "working": working(row, given),
        "lines": row.sheets.iter().map(|sheet| {
            let comment = mark(sheet, criterion.id).map(|(_, comment)| comment);
            line(sheet, given(sheet), comment)
        }).collect::<Vec<_>>(),
    })
}

fn mark(sheet: &ResultSheet, criterion: CriterionId) -> Option<(i64, &str)> {
    let found = sheet
        .marks
        .iter()
        .find(|mark| mark.criterion_id == criterion);
    found.map(|mark| (mark.mark.0, mark.comment.as_str()))
}

/// One reviewer's figure.
fn line(sheet: &ResultSheet, hundredths: i64, comment: Option<&str>) -> Value {
    json!({
        "sheet": sheet.id, "alias": alias(&sheet.alias), "figure": marks_text(hundredths),
        "dropped": dropped(sheet), "comment": comment.unwrap_or_default(),
    })
}

fn dropped(sheet: &ResultSheet) -> Option<&'static str> {
    match sheet.dropped {
        Some("highest") => Some("去掉的最高分，不计入"),
        Some(_) => Some("去掉的最低分，不计入"),
        None => None,
    }
}

/// `88.00 + 79.00 + 88.00 = 255.00`, and by how many it is divided.
fn working(row: &RankedBid, figure: impl Fn(&ResultSheet) -> i64) -> Option<Value> {
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

fn sheet_shown(sheet: &ResultSheet) -> Value {
    let at = sheet
        .submitted_at
        .parse()
        .map(show_instant)
        .unwrap_or_default();
    let sum: Vec<&str> = sheet.marks.iter().map(|mark| mark.shown.as_str()).collect();
    json!({
        "id": sheet.id, "alias": alias(&sheet.alias), "at": at, "total": sheet.total_shown,
        "dropped": dropped(sheet), "sum": sum.join(" + "), "on_paper": sheet.on_paper == Some(true),
        "marks": sheet.marks.iter().map(|mark| json!({
            "criterion": mark.criterion, "id": mark.criterion_id, "shown": mark.shown,
            "comment": mark.comment,
        })).collect::<Vec<_>>(),
    })
}
