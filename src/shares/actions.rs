//! Proposing that a topic is shared, taking it back, and what the decision makes of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::json;

use crate::audit::{self, Chain, Event, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, RoundId, TopicId, UserId};
use crate::people;
use crate::rounds::{self, Round, Topic};
use crate::shares::SplitState;
use crate::shares::input::SplitInput;
use crate::shares::rules::{self, Part, Shared};
use crate::shares::store::{self, Share, Split};
use crate::who::policy::OVERSEERS;
use crate::who::{Actor, policy};

/// The round of a topic, for those over it: office, secretary, supervisor.
pub fn place(c: &mut Conn, actor: &Actor, topic: TopicId) -> Result<(Round, Topic)> {
    policy::business_person(actor)?;
    let topic = rounds::topic(c, topic)?;
    let round = rounds::visible(c, actor, topic.round_id)?;
    overseen(c, actor, &round)?;
    Ok((round, topic))
}

/// Whether this person proposes on the topic at all.
pub fn may_propose(c: &mut Conn, actor: &Actor, topic: TopicId) -> Result<()> {
    let (round, _) = place(c, actor, topic)?;
    let path = people::organization(c, round.committee_id)?.path;
    policy::may_run(actor, &path)
}

fn overseen(c: &mut Conn, actor: &Actor, round: &Round) -> Result<()> {
    let path = people::organization(c, round.committee_id)?.path;
    if actor.holds_any(OVERSEERS, &path) {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new(
            "split_readers",
            "合力推进的提议供党建部、党委书记和督导员查看。",
        )
        .remedy("党委决定以后，结果随中标公示公布。"),
    ))
}

/// Those of a round with their shares.
pub fn list(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<Vec<(Split, Vec<Share>)>> {
    let round = rounds::visible(c, actor, round)?;
    overseen(c, actor, &round)?;
    with_shares(c, round.id)
}

fn with_shares(c: &mut Conn, round: RoundId) -> Result<Vec<(Split, Vec<Share>)>> {
    let splits = store::of_round(c, round)?;
    if splits.is_empty() {
        return Ok(Vec::new());
    }
    let mut shares: HashMap<TopicId, Vec<Share>> = HashMap::new();
    for share in store::shares(c, splits.iter().map(|split| split.topic_id).collect())? {
        shares.entry(share.topic_id).or_default().push(share);
    }
    Ok(splits
        .into_iter()
        .map(|split| {
            let own = shares.remove(&split.topic_id).unwrap_or_default();
            (split, own)
        })
        .collect())
}

pub fn of_topic(c: &mut Conn, topic: TopicId) -> Result<Option<(Split, Vec<Share>)>> {
    match store::find(c, topic)? {
        Some(split) => {
            let shares = store::shares(c, vec![topic])?;
            Ok(Some((split, shares)))
        }
        None => Ok(None),
    }
}

/// Takes the round's turn for the office; the proposal as it stands with it.
fn turn(tx: &mut Tx, actor: &Actor, topic: TopicId) -> Result<(Round, Topic, Option<Split>)> {
    let (round, topic) = place(tx, actor, topic)?;
    let path = people::organization(tx, round.committee_id)?.path;
    policy::may_run(actor, &path)?;
    let round = rounds::turn(tx, round.id)?;
    let now = tx.now();
    rules::in_time(round.state_at(now))?;
    let split = store::find(tx, topic.id)?;
    if !rules::may_replace(split.as_ref().map(|split| split.state)) {
        return Err(Refusal::new("split_adopted", "合力推进已经党委采用，不能再改。").into());
    }
    Ok((round, topic, split))
}

/// Proposes, in place of any earlier proposal on the topic.
pub fn propose(tx: &mut Tx, actor: &Actor, topic: TopicId, input: &SplitInput) -> Result<Split> {
    let (round, topic, before) = turn(tx, actor, topic)?;
    if topic.failed {
        return Err(Refusal::new("topic_failed", "这个标的流标，不能合力推进。")
            .remedy("请在批次页面的流标处理里办理。")
            .into());
    }
    let valid: HashSet<BidId> = store::choices(tx, topic.id)?
        .into_iter()
        .map(|choice| choice.bid_id)
        .collect();
    let parts: Vec<Part> = input
        .shares
        .iter()
        .map(|share| Part {
            bid: share.bid_id,
            valid: valid.contains(&share.bid_id),
            budget: share.budget,
        })
        .collect();
    let money = topic
        .budget_ceiling
        .map(|ceiling| ceiling.saturating_mul(topic.quota));
    let errors = rules::check(&parts, money);
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let split = Split {
        topic_id: topic.id,
        round_id: round.id,
        reason: input.reason.trim().to_owned(),
        state: SplitState::Proposed,
        proposed_by: actor.user_id().unwrap_or(UserId(0)),
        proposed_at: tx.now(),
        settled_at: None,
        version: before.map_or(1, |before| before.version + 1),
    };
    let shares: Vec<(BidId, String, i64)> = input
        .shares
        .iter()
        .map(|share| (share.bid_id, share.scope.trim().to_owned(), share.budget))
        .collect();
    store::put(tx, &split, &shares)?;
    audit::record(
        tx,
        actor,
        event(Verb::SplitProposed, &split, &round).detail(
            json!({ "topic_id": topic.id, "reason": split.reason, "shares": input.shares }),
        ),
    )?;
    Ok(split)
}

/// Takes the proposal back.
pub fn withdraw(tx: &mut Tx, actor: &Actor, topic: TopicId) -> Result<Split> {
    let (round, topic, split) = turn(tx, actor, topic)?;
    let split = split.ok_or(Error::NotFound)?;
    if split.state == SplitState::Withdrawn {
        return Err(Refusal::new("split_withdrawn", "提议已经收回。").into());
    }
    let now = tx.now();
    store::set_state(tx, topic.id, SplitState::Withdrawn, now)?;
    let split = store::find(tx, topic.id)?.ok_or(Error::NotFound)?;
    audit::record(tx, actor, event(Verb::SplitWithdrawn, &split, &round))?;
    Ok(split)
}

fn event(verb: Verb, split: &Split, round: &Round) -> Event {
    Event::new(
        verb,
        Chain::Committee(round.committee_id),
        "topic",
        split.topic_id.0,
    )
    .round(round.id)
    .version(split.version)
}

/// What the decision is held against: proposals not taken back, by topic.
pub fn proposed(c: &mut Conn, round: RoundId) -> Result<BTreeMap<TopicId, Shared>> {
    Ok(with_shares(c, round)?
        .into_iter()
        .filter(|(split, _)| split.state != SplitState::Withdrawn)
        .map(|(split, shares)| {
            let shared = Shared {
                topic_id: split.topic_id,
                reason: split.reason,
                shares: shares
                    .into_iter()
                    .map(|share| (share.bid_id, share.scope))
                    .collect(),
            };
            (shared.topic_id, shared)
        })
        .collect())
}

/// Within the decision: adopted where exactly those who share win, else dropped.
pub fn settle(
    tx: &mut Tx,
    splits: &BTreeMap<TopicId, Shared>,
    winners: &BTreeMap<TopicId, Vec<BidId>>,
) -> Result<()> {
    let now = tx.now();
    for (topic, shared) in splits {
        let chosen = winners.get(topic).map(Vec::as_slice).unwrap_or_default();
        let state = if shared.adopted_by(chosen) {
            SplitState::Adopted
        } else {
            SplitState::Dropped
        };
        store::set_state(tx, *topic, state, now)?;
    }
    Ok(())
}

/// A winner's part of the work and of the money (分), if its topic is shared: what its contract says.
pub fn of_bid(c: &mut Conn, bid: BidId) -> Result<Option<(String, i64)>> {
    store::adopted(c, bid)
}
