//! The fairness report as people read it.

use std::collections::HashMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::clock::show_instant;
use crate::error::Result;
use crate::ids::{BidId, RoundId};
use crate::numbers::fairness::{Change, Fairness};
use crate::panel;
use crate::result::actions::fairness;
use crate::seats::alias;
use crate::session::Who;
use crate::web::App;
use crate::web::Page;

/// Marks at either end of the leniency chart.
const CHART: f64 = 15.0;

/// `GET /rounds/{id}/fairness`
pub async fn fairness(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, _| {
        let kept = fairness::read(c, actor, id)?;
        let titles: HashMap<BidId, String> = panel::bid_lines(c, id)?
            .into_iter()
            .map(|bid| (bid.id, bid.title.unwrap_or_default()))
            .collect();
        let report = &kept.report;
        Ok(Page::new("evaluation/fairness.html")
            .with("round_id", &id)
            .with("round_title", &kept.scene.round.title)
            .with("computed_at", &show_instant(kept.computed_at))
            .with("digest", &kept.digest)
            .with("decided_with", &kept.decided_with)
            .with("findings", &findings(report))
            .with("reviewers", &reviewers(report))
            .with(
                "near",
                &report.reviewers.iter().any(|one| one.near_bids > 0),
            )
            .with("noise", &report.noise)
            .with("agreement", &report.agreement.map(|w| format!("{w:.2}")))
            .with("agreement_bids", &report.agreement_bids)
            .with("agreement_reviewers", &report.agreement_reviewers)
            .with("outliers", &outliers(report, &titles, id))
            .with("sensitivity", &sensitivity(report, &titles))
            .with(
                "steady",
                &report.sensitivity.iter().all(|one| one.same_winners),
            )
            .with("notes", &report.notes))
    })
    .await
}

fn findings(report: &Fairness) -> Vec<Value> {
    report
        .findings
        .iter()
        .map(|one| {
            json!({
                "alias": alias(&one.alias), "kind": one.kind.label(), "text": one.text,
                "organization": one.organization,
            })
        })
        .collect()
}

fn reviewers(report: &Fairness) -> Vec<Value> {
    report
        .reviewers
        .iter()
        .map(|one| {
            let named = report.findings.iter().any(|found| found.alias == one.alias);
            let (x, width) = bar(one.deviation.parse().unwrap_or(0.0));
            json!({
                "alias": alias(&one.alias), "sheets": one.sheets, "mean": one.mean,
                "spread": one.spread, "deviation": one.deviation, "named": named,
                "correlation": one.correlation.map(|r| format!("{r:.2}")),
                "near_bids": one.near_bids, "near_favour": one.near_favour,
                "x": x, "width": width,
            })
        })
        .collect()
}

/// Where a bar from the middle begins and how long it is, in percent of the chart.
fn bar(marks: f64) -> (String, String) {
    let length = (marks.abs().min(CHART) / CHART) * 50.0;
    let start = if marks < 0.0 { 50.0 - length } else { 50.0 };
    (format!("{start:.1}%"), format!("{:.1}%", length.max(0.4)))
}

fn outliers(report: &Fairness, titles: &HashMap<BidId, String>, round: RoundId) -> Vec<Value> {
    report
        .outliers
        .iter()
        .take(50)
        .map(|one| {
            json!({
                "alias": alias(&one.alias), "title": titles.get(&one.bid_id),
                "href": format!("/rounds/{round}/result/{}", one.bid_id),
                "total": one.total, "others": one.others, "distance": one.distance,
                "criterion": one.criterion,
            })
        })
        .collect()
}

fn sensitivity(report: &Fairness, titles: &HashMap<BidId, String>) -> Vec<Value> {
    let names = |bids: &[BidId]| {
        let names: Vec<&str> = bids
            .iter()
            .filter_map(|bid| titles.get(bid).map(String::as_str))
            .collect();
        names.join("、")
    };
    report
        .sensitivity
        .iter()
        .map(|one| {
            json!({
                "what": match (&one.alias, one.change) {
                    (Some(one), Change::WithoutReviewer) => format!("不计{}的评分", alias(one)),
                    (_, change) => change.label().to_owned(),
                },
                "same": one.same_winners,
                "would_win": names(&one.would_win), "would_lose": names(&one.would_lose),
            })
        })
        .collect()
}
