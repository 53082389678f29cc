//! The decision's form, preset with what the ranking proposes.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::{Value, json};
use validator::Validate;

use crate::award::verbs::Decide;
use crate::award::{DecidedOutcome, rules};
use crate::clock;
use crate::error::Result;
use crate::ids::{BidId, RoundId};
use crate::panel;
use crate::result;
use crate::result::actions::ranking::{self, Part, RankedBid, RankedTopic, standing};
use crate::result::scene::Judged;
use crate::shares;
use crate::verbs::{Verb, refusal};
use crate::web::{Ask, Page};

/// Bids that a name finds.
const FOUND: i64 = 50;

#[derive(Debug, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct DecisionQuery {
    /// Part of a title or of an organization's name: which bids are decided besides the best.
    #[serde(default)]
    #[validate(length(max = 40))]
    q: String,
}

/// `GET /rounds/{id}/decision`
pub fn decision(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let query: DecisionQuery = ask.query()?;
    let word = query.q.trim();
    let (scene, shown) = ranking::read(ask.c, ask.actor, id, &Part::FIRST)?;
    let on = Judged(scene);
    Decide::who(&on, ask.actor)?;
    let best = shown.topics.iter().flat_map(|topic| &topic.rows);
    let best: HashSet<BidId> = best.map(|row| row.bid_id).collect();
    let more = shown.topics.iter().any(|topic| topic.next_cursor.is_some());
    let others = match more {
        true => others(ask, id, word, &best)?,
        false => Vec::new(),
    };
    let beside = match others.is_empty() {
        true => Vec::new(),
        false => {
            ranking::read(ask.c, ask.actor, id, &Part::Bids(others.clone()))?
                .1
                .topics
        }
    };
    let named: Vec<BidId> = best.into_iter().chain(others).collect();
    let around = result::rows_around(ask.c, on.evaluation.id, &named)?;
    let expectations = rules::expectations(&around);
    let splits = shares::proposed(ask.c, id)?;
    let mut presets: Vec<Value> = Vec::new();
    let mut lines = |topic: &RankedTopic| {
        let mut rows = Vec::new();
        for row in &topic.rows {
            if let Some(expected) = expectations.get(&row.bid_id.0) {
                rows.push(line(row, presets.len()));
                presets.push(json!({ "outcome": expected }));
            }
        }
        rows
    };
    let mut topics = Vec::new();
    for topic in &shown.topics {
        let shared = splits.get(&topic.id).map(|one| {
            let bids = one.shares.iter().map(|(bid, _)| bid.0);
            bids.collect::<Vec<_>>()
        });
        topics.push(json!({
            "id": topic.id, "shared": shared, "title": topic.title, "quota": topic.quota,
            "failed": topic.failed, "count": topic.count, "more": topic.next_cursor.is_some(),
            "rows": lines(topic),
        }));
    }
    // After the others, so that a form sent and shown again has its rows in the same places.
    let found: Vec<Value> = beside.iter().flat_map(&mut lines).collect();
    let today = clock::local_date(ask.now);
    ask.again
        .fill(&json!({ "minute_date": today, "items": presets }))?;
    let refusal = refusal::<Decide>(ask.c, &on, ask.actor, ask.now)?;
    Ok(Page::new("evaluation/decision.html")
        .with("round_id", &id)
        .with("round_title", &shown.title)
        .with("threshold", &shown.threshold.0)
        .with("topics", &topics)
        .with("found", &found)
        .with("more", &more)
        .with("q", word)
        .with("options", &DecidedOutcome::options())
        .with("refusal", &refusal))
}

fn line(row: &RankedBid, n: usize) -> Value {
    let (proposal, tone) = standing(row);
    json!({
        "n": n, "bid_id": row.bid_id, "title": row.title, "organization": row.organization,
        "rank": row.rank, "total": row.total.as_ref().map(|total| &total.shown),
        "proposal": proposal, "tone": tone,
    })
}

/// Bids besides the best that are decided by name: those in a form shown again, and those that the word finds.
fn others(ask: &mut Ask, id: RoundId, word: &str, best: &HashSet<BidId>) -> Result<Vec<BidId>> {
    let fields = ask.again.values.iter();
    let named = fields.filter_map(|(name, value)| {
        let nth = name.strip_prefix("items[")?.strip_suffix("][bid_id]")?;
        Some((nth.parse::<usize>().ok()?, BidId(value.parse().ok()?)))
    });
    let named: BTreeMap<usize, BidId> = named.collect();
    let mut others: Vec<BidId> = named.into_values().collect();
    if !word.is_empty() {
        let found = panel::bids_found(ask.c, id, &[], Some(word), FOUND)?;
        others.extend(found.into_iter().map(|bid| bid.id));
    }
    let mut known = best.clone();
    others.retain(|bid| known.insert(*bid));
    Ok(others)
}
