//! The party committee's decision, entered by its secretary: winners within quota and threshold, reserves in order, a
//! published reason wherever it departs from what the ranking proposes.

use std::collections::{BTreeMap, HashMap};

use serde_json::json;

use crate::audit::{self, Verb};
use crate::award::input::{DecidedOutcome, DecisionInput, DecisionItemInput};
use crate::clock;
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{BidId, DecisionId, EvaluationId, RoundId, TopicId};
use crate::numbers::result_file::{self, ResultFile};
use crate::panel::scene::{self, Scene};
use crate::result::actions::lock::{complete, file_of, small, text_of};
use crate::result::actions::lots;
use crate::result::{self, Decision, Outcome, Proposal, ResultRow};
use crate::rounds::rules::Action;
use crate::rounds::{self, Topic};
use crate::shares::{self, Shared};
use crate::who::Actor;

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
fn winning(rows: &[ResultRow], input: &DecisionInput) -> BTreeMap<TopicId, Vec<BidId>> {
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
fn adopted<'a>(
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

fn part_of(shared: &BTreeMap<TopicId, &Shared>, topic: TopicId, bid: BidId) -> Option<String> {
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
        let reason = item.reason.as_deref().unwrap_or_default().trim();
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
                    "标的“{}”的名额为 {} 个，选了 {chosen} 个中标。",
                    topic.title, topic.quota
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

pub fn decide(tx: &mut Tx, actor: &Actor, round: RoundId, input: &DecisionInput) -> Result<Scene> {
    let mut scene = scene::command(tx, actor, round)?;
    scene.may_decide(actor)?;
    let now = tx.now();
    let next = scene.next(Action::Decide, now)?;
    lots::none_pending(tx, scene.evaluation.id)?;
    let rows = result::rows(tx, scene.evaluation.id)?;
    let topics = rounds::topics(tx, round)?;
    let splits = shares::proposed(tx, round)?;
    let mut errors = check(&rows, &topics, scene.evaluation.threshold.0, &splits, input)
        .err()
        .unwrap_or_default();
    if input.minute_date > clock::local_date(now) {
        errors.insert(
            "minute_date".to_owned(),
            vec!["纪要日期不能晚于今天。".to_owned()],
        );
    }
    if input.minute_number.trim().is_empty() {
        errors.insert(
            "minute_number".to_owned(),
            vec!["请填写党委会纪要文号。".to_owned()],
        );
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let person = actor.person()?.user_id;
    let fairness_digest = result::fairness(tx, scene.evaluation.id)?.map(|report| report.digest);
    result::insert_decision(
        tx,
        &Decision {
            id: DecisionId::fresh(now),
            round_id: round,
            minute_number: input.minute_number.trim().to_owned(),
            minute_date: input.minute_date,
            note: input.note.clone().unwrap_or_default(),
            decided_by: person,
            decided_at: now,
            fairness_digest,
        },
    )?;
    let items: HashMap<i64, &DecisionItemInput> = input
        .items
        .iter()
        .map(|item| (item.bid_id.0, item))
        .collect();
    let expectations = expectations(&rows);
    let winners = winning(&rows, input);
    let shared = adopted(&splits, &winners);
    let mut reserves: BTreeMap<TopicId, i64> = BTreeMap::new();
    for mut row in rows {
        let Some(item) = items.get(&row.subject_id) else {
            continue;
        };
        row.outcome = Some(match item.outcome {
            DecidedOutcome::Winner => Outcome::Winner,
            DecidedOutcome::Reserve => Outcome::Reserve,
            DecidedOutcome::Rejected => Outcome::Rejected,
        });
        row.reserve_order = (item.outcome == DecidedOutcome::Reserve).then(|| {
            let order = reserves.entry(row.topic_id).or_default();
            *order += 1;
            *order
        });
        row.deviation_reason = item
            .reason
            .as_deref()
            .map(str::trim)
            .filter(|reason| {
                let expected = expectations.get(&row.subject_id);
                !reason.is_empty() && expected != Some(&Some(item.outcome))
            })
            .map(str::to_owned);
        if item.outcome == DecidedOutcome::Winner
            && let Some(part) = part_of(&shared, row.topic_id, item.bid_id)
        {
            let own = row.deviation_reason.take().unwrap_or_default();
            row.deviation_reason = Some(format!("{part}{own}"));
        }
        result::set_outcome(tx, &row)?;
    }
    shares::settle(tx, &splits, &winners)?;
    let digest = write_decision(tx, scene.evaluation.id, round)?;
    scene.round.version = rounds::advance(tx, &scene.round, next)?;
    scene.round.state = next;
    audit::record(
        tx,
        actor,
        scene::event(&scene, Verb::RoundDecided).detail(json!({
            "minute_number": input.minute_number.trim(),
            "minute_date": input.minute_date,
            "items": input.items,
            "result_digest": digest,
        })),
    )?;
    Ok(scene)
}

/// Puts the decision as it stands into the result file; answers the file's new digest.
pub fn write_decision(tx: &mut Tx, evaluation: EvaluationId, round: RoundId) -> Result<String> {
    let stored = result::result(tx, evaluation)?.ok_or(Error::NotFound)?;
    let file: ResultFile = file_of(&stored)?;
    let file = complete(ResultFile {
        decision: decision_of(tx, evaluation, round)?,
        ..file
    })?;
    let body = text_of(&file)?;
    let digest = audit::sha256_hex(body.as_bytes());
    result::set_result_body(tx, stored.id, &body, &digest)?;
    Ok(digest)
}

fn decision_of(
    c: &mut Conn,
    evaluation: EvaluationId,
    round: RoundId,
) -> Result<Option<result_file::Decision>> {
    let Some(decision) = result::decision(c, round)? else {
        return Ok(None);
    };
    let items = result::rows(c, evaluation)?
        .into_iter()
        .filter_map(|row| {
            let outcome = match row.outcome? {
                Outcome::Winner => result_file::DecidedOutcome::Winner,
                Outcome::Reserve => result_file::DecidedOutcome::Reserve,
                Outcome::Rejected | Outcome::Void => result_file::DecidedOutcome::NotAwarded,
            };
            Some(result_file::DecisionItem {
                bid_id: row.subject_id,
                outcome,
                reserve: row.reserve_order.map(small),
                reason: row.deviation_reason,
            })
        })
        .collect();
    Ok(Some(result_file::Decision {
        minute_number: decision.minute_number,
        minute_date: decision.minute_date,
        fairness_digest: decision.fairness_digest,
        items,
    }))
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

/// The same for a round: what the form and the seed start from.
pub fn presets(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<Vec<DecisionItemInput>> {
    let scene = scene::scene(c, actor, round)?;
    Ok(preset(&result::rows(c, scene.evaluation.id)?))
}
