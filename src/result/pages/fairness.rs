//! The fairness report as people read it.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::error::Result;
use crate::ids::{BidId, RoundId};
use crate::numbers::fairness::{Change, Fairness, NAMING};
use crate::panel;
use crate::result::actions::fairness as reports;
use crate::seats::{Veil, alias};
use crate::web::{Ask, Page};

/// Outliers shown.
const OUTLIERS: usize = 50;

/// Marks at either end of the leniency chart.
const CHART: f64 = 15.0;

/// `GET /rounds/{id}/fairness`
pub fn fairness(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let kept = reports::read(ask.c, ask.actor, id)?;
    let veil = Veil::of(ask.c, ask.actor, id)?;
    let moved = kept.report.sensitivity.iter();
    let named: Vec<BidId> = moved
        .flat_map(|one| one.would_win.iter().chain(&one.would_lose))
        .copied()
        .chain(
            kept.report
                .outliers
                .iter()
                .take(OUTLIERS)
                .map(|one| one.bid_id),
        )
        .collect();
    let titles: HashMap<BidId, String> = panel::bids_found(ask.c, id, &named, None, i64::MAX)?
        .into_iter()
        .map(|bid| (bid.id, bid.named.title(&veil)))
        .collect();
    let report = &kept.report;
    let kinds: Vec<_> = report.findings.iter().map(|one| one.kind.label()).collect();
    let outliers = report.outliers.iter().take(OUTLIERS);
    let outliers: Vec<Value> = outliers
        .map(|one| json!({ "of": one, "title": titles.get(&one.bid_id) }))
        .collect();
    let near = report.reviewers.iter().any(|one| one.near_bids > 0);
    let steady = report.sensitivity.iter().all(|one| one.same_winners);
    Ok(Page::new("evaluation/fairness.html")
        .with("round_id", &id)
        .with("round_title", &kept.scene.round.title)
        .with("computed_at", &kept.computed_at)
        .with("digest", &kept.digest)
        .with("decided_with", &kept.decided_with)
        .with("report", report)
        .with("few", &report.bids.is_some_and(|bids| bids < NAMING))
        .with("kinds", &kinds)
        .with("reviewers", &reviewers(report))
        .with("near", &near)
        .with("agreement", &report.agreement.map(|w| format!("{w:.2}")))
        .with("outliers", &outliers)
        .with("sensitivity", &sensitivity(report, &titles))
        .with("steady", &steady))
}

fn reviewers(report: &Fairness) -> Vec<Value> {
    let reviewers = report.reviewers.iter();
    reviewers
        .map(|one| {
            let named = report.findings.iter().any(|found| found.alias == one.alias);
            let (x, width) = bar(one.deviation.parse().unwrap_or(0.0));
            let correlation = one.correlation.map(|r| format!("{r:.2}"));
            json!({ "of": one, "named": named, "correlation": correlation, "x": x, "width": width })
        })
        .collect()
}

/// Where a bar from the middle begins and how long it is, in percent of the chart.
fn bar(marks: f64) -> (String, String) {
    let length = (marks.abs().min(CHART) / CHART) * 50.0;
    let start = if marks < 0.0 { 50.0 - length } else { 50.0 };
    (format!("{start:.1}%"), format!("{:.1}%", length.max(0.4)))
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
