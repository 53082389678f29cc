//! The decision's form, preset with what the ranking proposes.

use serde_json::{Value, json};

use crate::award::verbs::Decide;
use crate::award::{DecidedOutcome, rules};
use crate::clock;
use crate::error::Result;
use crate::ids::RoundId;
use crate::result;
use crate::result::actions::ranking::{self, standing};
use crate::result::scene::Judged;
use crate::shares;
use crate::verbs::{Verb, refusal};
use crate::web::{Ask, Page};

/// `GET /rounds/{id}/decision`
pub fn decision(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let (scene, shown) = ranking::read(ask.c, ask.actor, id, ranking::Sheets::IfFew)?;
    let on = Judged(scene);
    Decide::who(&on, ask.actor)?;
    let expectations = rules::expectations(&result::rows(ask.c, on.evaluation.id)?);
    let splits = shares::proposed(ask.c, id)?;
    let mut presets: Vec<Value> = Vec::new();
    let mut topics = Vec::new();
    for topic in &shown.topics {
        let mut rows = Vec::new();
        for row in &topic.rows {
            let Some(expected) = expectations.get(&row.bid_id.0) else {
                continue;
            };
            let (n, (proposal, tone)) = (presets.len(), standing(row));
            presets.push(json!({ "outcome": expected }));
            rows.push(json!({
                "n": n, "bid_id": row.bid_id, "title": row.title, "organization": row.organization,
                "rank": row.rank, "total": row.total.as_ref().map(|total| &total.shown),
                "proposal": proposal, "tone": tone,
            }));
        }
        let shared = splits.get(&topic.id).map(|one| {
            let bids = one.shares.iter().map(|(bid, _)| bid.0);
            bids.collect::<Vec<_>>()
        });
        topics.push(json!({
            "id": topic.id, "shared": shared,
            "title": topic.title, "quota": topic.quota, "failed": topic.failed, "rows": rows,
        }));
    }
    let today = clock::local_date(ask.now);
    ask.again
        .fill(&json!({ "minute_date": today, "items": presets }))?;
    let refusal = refusal::<Decide>(ask.c, &on, ask.actor, ask.now)?;
    Ok(Page::new("evaluation/decision.html")
        .with("round_id", &id)
        .with("round_title", &shown.title)
        .with("threshold", &shown.threshold.0)
        .with("topics", &topics)
        .with("options", &DecidedOutcome::options())
        .with("refusal", &refusal))
}
