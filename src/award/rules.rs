//! What a decision must hold to: quota, threshold, and a reason wherever it departs from the ranking. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::award::{DecidedOutcome, DecisionInput, DecisionItemInput};
use crate::error::FieldErrors;
use crate::ids::{BidId, TopicId};
use crate::result::{Outcome, Proposal, ResultRow};
use crate::rounds::Topic;
use crate::shares::Shared;
use crate::text::quoted;

/// What a decision that follows the ranking says; `None` where the ranking leaves it to the secretary.
pub fn expected(proposal: Proposal) -> Option<DecidedOutcome> {
    match proposal {
        Proposal::Winner => Some(DecidedOutcome::Winner),
        Proposal::Reserve => Some(DecidedOutcome::Reserve),
        Proposal::BelowThreshold | Proposal::NoQuorum => Some(DecidedOutcome::Rejected),
        Proposal::Tied | Proposal::FailedTopic => None,
    }
}

/// The same for a whole result: bids that lost their place are out, and as many reserves move up in their topic as
/// proposed winners are. Where equals compete for a place that became free, the secretary decides.
pub fn expectations(rows: &[ResultRow]) -> HashMap<i64, Option<DecidedOutcome>> {
    let void = |row: &ResultRow| row.outcome == Some(Outcome::Void);
    let mut free: HashMap<TopicId, usize> = HashMap::new();
    for row in rows
        .iter()
        .filter(|row| void(row) && row.proposal == Proposal::Winner)
    {
        *free.entry(row.topic_id).or_default() += 1;
    }
    let mut expectations = HashMap::new();
    let mut reserves: BTreeMap<(TopicId, Option<i64>), Vec<i64>> = BTreeMap::new();
    for row in rows
        .iter()
        .filter(|row| !void(row) && row.proposal != Proposal::FailedTopic)
    {
        expectations.insert(row.subject_id, expected(row.proposal));
        if row.proposal == Proposal::Reserve {
            let equals = reserves.entry((row.topic_id, row.rank)).or_default();
            equals.push(row.subject_id);
        }
    }
    for ((topic, _), equals) in reserves {
        let left = free.entry(topic).or_default();
        let moved = match *left {
            0 => continue,
            places if equals.len() <= places => Some(DecidedOutcome::Winner),
            _ => None,
        };
        *left = left.saturating_sub(equals.len());
        expectations.extend(equals.into_iter().map(|bid| (bid, moved)));
    }
    expectations
}

/// Who wins, topic by topic.
pub fn winning(rows: &[ResultRow], input: &DecisionInput) -> BTreeMap<TopicId, Vec<BidId>> {
    let topics: HashMap<i64, TopicId> = rows
        .iter()
        .map(|row| (row.subject_id, row.topic_id))
        .collect();
    let mut winners: BTreeMap<TopicId, Vec<BidId>> = BTreeMap::new();
    for item in &input.items {
        if item.outcome == DecidedOutcome::Winner
            && let Some(topic) = topics.get(&item.bid_id.0)
        {
            winners.entry(*topic).or_default().push(item.bid_id);
        }
    }
    winners
}

/// The topics that are shared (合力推进) as proposed, were this decided.
pub fn adopted<'a>(
    splits: &'a BTreeMap<TopicId, Shared>,
    winners: &BTreeMap<TopicId, Vec<BidId>>,
) -> BTreeMap<TopicId, &'a Shared> {
    splits
        .iter()
        .filter(|(topic, shared)| {
            winners
                .get(topic)
                .is_some_and(|winners| shared.adopted_by(winners))
        })
        .map(|(topic, shared)| (*topic, shared))
        .collect()
}

pub fn part_of(shared: &BTreeMap<TopicId, &Shared>, topic: TopicId, bid: BidId) -> Option<String> {
    shared.get(&topic)?.part_of(bid)
}

/// Holds a decision against the result: everything that is wrong, by field.
pub fn check(
    rows: &[ResultRow],
    topics: &[Topic],
    threshold: i64,
    splits: &BTreeMap<TopicId, Shared>,
    input: &DecisionInput,
) -> Result<(), FieldErrors> {
    let mut errors = FieldErrors::new();
    let mut add = |name: String, text: String| errors.entry(name).or_default().push(text);
    let expectations = expectations(rows);
    let decided: HashMap<i64, &ResultRow> = rows
        .iter()
        .filter(|row| expectations.contains_key(&row.subject_id))
        .map(|row| (row.subject_id, row))
        .collect();
    let mut seen: HashMap<i64, usize> = HashMap::new();
    let winners = winning(rows, input);
    let shared = adopted(splits, &winners);
    for (n, item) in input.items.iter().enumerate() {
        let Some(row) = decided.get(&item.bid_id.0) else {
            add(
                format!("items[{n}][bid_id]"),
                "结果里没有这份申报书。".to_owned(),
            );
            continue;
        };
        if seen.insert(item.bid_id.0, n).is_some() {
            add(
                format!("items[{n}][bid_id]"),
                "同一份申报书列了两次。".to_owned(),
            );
        }
        if item.outcome != DecidedOutcome::Rejected && row.shown.is_none_or(|s| s < threshold) {
            add(
                format!("items[{n}][outcome]"),
                "低于中标分数线的不能中标，也不能备选。".to_owned(),
            );
        }
        let departs = expectations.get(&item.bid_id.0) != Some(&Some(item.outcome));
        let reason = item.reason.as_deref().unwrap_or_default();
        let shares = item.outcome == DecidedOutcome::Winner
            && part_of(&shared, row.topic_id, item.bid_id).is_some();
        if departs && reason.is_empty() && !shares {
            let text = if row.proposal == Proposal::Tied {
                "名额内并列，由党委决定，请写明理由，理由将一并公示。"
            } else {
                "与评审排名不一致，请写明理由，理由将一并公示。"
            };
            add(format!("items[{n}][reason]"), text.to_owned());
        }
    }
    for topic in topics {
        let chosen = winners.get(&topic.id).map_or(0, Vec::len);
        let chosen = i64::try_from(chosen).unwrap_or(i64::MAX);
        if chosen > topic.quota && !shared.contains_key(&topic.id) {
            add(
                "items".to_owned(),
                format!(
                    "标的{}的名额为 {} 个，选了 {chosen} 个中标。",
                    quoted(&topic.title),
                    topic.quota
                ),
            );
        }
    }
    let missing = decided.keys().filter(|id| !seen.contains_key(id)).count();
    if missing > 0 {
        add(
            "items".to_owned(),
            format!("还有 {missing} 份申报书没有决定。"),
        );
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// With what the ranking proposes for the bids that are left out, if they follow it.
pub fn completed(rows: &[ResultRow], input: &DecisionInput) -> DecisionInput {
    let mut input = input.clone();
    if !input.others_as_proposed {
        return input;
    }
    let named: HashSet<i64> = input.items.iter().map(|item| item.bid_id.0).collect();
    let expectations = expectations(rows);
    let others = rows.iter().filter_map(|row| {
        let outcome = (*expectations.get(&row.subject_id)?)?;
        (!named.contains(&row.subject_id)).then_some(DecisionItemInput {
            bid_id: BidId(row.subject_id),
            outcome,
            reason: None,
        })
    });
    input.items.extend(others);
    input
}

/// A decision that follows the ranking, for presetting the form.
pub fn preset(rows: &[ResultRow]) -> Vec<DecisionItemInput> {
    let expectations = expectations(rows);
    rows.iter()
        .filter_map(|row| {
            let outcome = *expectations.get(&row.subject_id)?;
            Some(DecisionItemInput {
                bid_id: BidId(row.subject_id),
                outcome: outcome.unwrap_or(DecidedOutcome::Rejected),
                reason: None,
            })
        })
        .collect()
}
