//! The office proposes; office or lead change what is agreed to.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use super::read;
use crate::audit::{self, Verb, sha256_hex};
use crate::bids::{self, Bid, BidState};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{BidId, MergerId, RoundId, TopicId, UserId};
use crate::joint::input::MergerInput;
use crate::joint::store::{self, Merger};
use crate::joint::{MergerState, rules};
use crate::people;
use crate::rounds::{self, Round};
use crate::similar::{self, PairDecision};
use crate::who::{Actor, policy};

/// Asks the bids' organizations whether they go on as one.
pub fn propose(tx: &mut Tx, actor: &Actor, round: RoundId, input: &MergerInput) -> Result<Merger> {
    let round = rounds::visible(tx, actor, round)?;
    let path = people::organization(tx, round.committee_id)?.path;
    policy::may_run(actor, &path)?;
    let round = rounds::turn(tx, round.id)?;
    let now = tx.now();
    rules::in_time(round.state_at(now))?;
    let chosen = chosen(tx, &round, input)?;
    let digests: Vec<(BidId, Option<String>)> = chosen
        .iter()
        .map(|(bid, _)| (bid.id, bid.digest.clone()))
        .collect();
    let statement = input.statement.trim().to_owned();
    let merger = Merger {
        id: MergerId::fresh(now),
        round_id: round.id,
        lead_bid_id: input.lead_bid_id,
        digest: sha256_hex(
            rules::agreed_to(round.id, input.lead_bid_id, &digests, &statement).as_bytes(),
        ),
        statement,
        reason: input.reason.trim().to_owned(),
        state: MergerState::Asked,
        ended_reason: None,
        proposed_by: actor.user_id().unwrap_or(UserId(0)),
        proposed_at: now,
        ended_at: None,
        version: 1,
    };
    store::insert(tx, &merger)?;
    for (bid, topic) in &chosen {
        store::insert_member(tx, merger.id, bid.id, *topic)?;
    }
    let ids: Vec<BidId> = digests.iter().map(|(id, _)| *id).collect();
    similar::follow(
        tx,
        actor,
        round.id,
        &ids,
        PairDecision::Merging,
        &merger.reason,
    )?;
    audit::record(
        tx,
        actor,
        super::event(Verb::MergerProposed, &merger, &round).detail(json!({
            "lead_bid_id": merger.lead_bid_id, "bids": ids, "digest": merger.digest, "reason": merger.reason,
        })),
    )?;
    Ok(merger)
}

/// The bids with their topics, the lead's first, if they may be asked.
fn chosen(tx: &mut Tx, round: &Round, input: &MergerInput) -> Result<Vec<(Bid, TopicId)>> {
    let mut ids = vec![input.lead_bid_id];
    ids.extend(&input.partner_bid_ids);
    let field = |id: BidId| {
        if id == input.lead_bid_id {
            "lead_bid_id"
        } else {
            "partner_bid_ids"
        }
    };
    let distinct: HashSet<BidId> = ids.iter().copied().collect();
    if distinct.len() != ids.len() {
        return Err(Error::field("partner_bid_ids", "同一份申报书选了两次。"));
    }
    if ids.len() > rules::MOST {
        return Err(Error::field("partner_bid_ids", "联合攻关最多八份申报书。"));
    }
    let found: HashMap<BidId, Bid> = bids::by_ids(tx, &ids)?
        .into_iter()
        .map(|bid| (bid.id, bid))
        .collect();
    let failed: HashSet<TopicId> = rounds::topics(tx, round.id)?
        .into_iter()
        .filter(|topic| topic.failed)
        .map(|topic| topic.id)
        .collect();
    let taken: HashSet<BidId> = store::taken(tx, round.id)?.into_iter().collect();
    let mut all = Vec::new();
    for id in ids {
        let bid = found
            .get(&id)
            .filter(|bid| bid.round_id == round.id)
            .ok_or_else(|| Error::field(field(id), "这份申报书不在本批次。"))?;
        let topic = match (bid.state, bid.topic_id) {
            (BidState::Opened, Some(topic)) => topic,
            _ => {
                return Err(Error::field(
                    field(id),
                    "只有已开标、有效的申报书可以合并。",
                ));
            }
        };
        if failed.contains(&topic) {
            return Err(Error::field(
                field(id),
                "这份申报书的标的已流标，请在流标处理里转为联合攻关。",
            ));
        }
        if taken.contains(&id) {
            return Err(Error::field(
                field(id),
                "这份申报书已在另一项联合攻关之内。",
            ));
        }
        all.push((bid.clone(), topic));
    }
    let organizations: Vec<_> = all.iter().map(|(bid, _)| bid.organization_id).collect();
    if !rules::organizations(&organizations) {
        return Err(Error::field("partner_bid_ids", "联合攻关至少要两个组织。"));
    }
    Ok(all)
}

/// Changes the joint statement; whoever has answered is asked anew.
pub fn change(
    tx: &mut Tx,
    actor: &Actor,
    id: MergerId,
    version: Option<i64>,
    statement: &str,
) -> Result<Merger> {
    let joint = read::visible(tx, actor, id)?;
    read::may_change(tx, actor, &joint)?;
    let round = rounds::turn(tx, joint.round.id)?;
    let mut merger = store::find(tx, id)?;
    rules::still_asked(merger.state)?;
    rules::in_time(round.state_at(tx.now()))?;
    if version.is_some_and(|version| version != merger.version) {
        return Err(Error::stale());
    }
    let digests: Vec<(BidId, Option<String>)> = joint
        .members
        .iter()
        .map(|member| (member.bid_id, member.digest.clone()))
        .collect();
    merger.statement = statement.trim().to_owned();
    merger.digest = sha256_hex(
        rules::agreed_to(round.id, merger.lead_bid_id, &digests, &merger.statement).as_bytes(),
    );
    store::update(tx, &merger)?;
    store::forget_answers(tx, id)?;
    merger.version += 1;
    audit::record(
        tx,
        actor,
        super::event(Verb::MergerChanged, &merger, &round)
            .detail(json!({ "digest": merger.digest })),
    )?;
    Ok(merger)
}
