//! How many bids one organization may have submitted in a lane.

use crate::bids::actions::own_submission;
use crate::bids::{Bid, BidState, store};
use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::ids::{BidId, OrganizationId, TopicId};
use crate::rounds::{self, Lane, Round, Topic};
use crate::sealing;
use crate::text::quoted;
use crate::who::Actor;

/// Refused where the organization's other submitted bids already fill the lane of this topic, or, as long as no topic is
/// chosen, all lanes. What stands in a sealed bid is read with the organization's own key; without it a draft may still
/// be begun, but nothing more is submitted.
pub fn may_bid(
    c: &mut Conn,
    actor: &Actor,
    round: &Round,
    organization: OrganizationId,
    (topic, this): (Option<TopicId>, Option<BidId>),
) -> Result<()> {
    let limit = usize::try_from(round.bids_per_lane).unwrap_or(usize::MAX);
    let mut others: Vec<Bid> = store::own_in_round(c, round.id, &[organization])?;
    others.retain(|bid| bid.state == BidState::Submitted && Some(bid.id) != this);
    if others.len() < limit {
        return Ok(());
    }
    let topics = rounds::topics(c, round.id)?;
    let Some(topic) = topics.iter().find(|one| Some(one.id) == topic) else {
        return match others.len() < limit.saturating_mul(lanes(&topics)) {
            true => Ok(()),
            false => Err(full("本批次的各个标的", limit, "").into()),
        };
    };
    let (mut titles, mut unread) = (Vec::new(), 0usize);
    for bid in &others {
        let Some(sealed) = own_submission(c, actor, bid)? else {
            unread += 1;
            continue;
        };
        let other = topics
            .iter()
            .find(|one| Some(one.id) == sealed.content.topic_id);
        if other.is_some_and(|other| same_lane(topic, other)) {
            titles.push(format!("《{}》", sealed.content.title));
        }
    }
    if titles.len() >= limit {
        let lane = match topic.lane {
            Lane::Commissioned => format!("标的{}", quoted(&topic.title)),
            Lane::SelfProposed => "基层自选标段".to_owned(),
        };
        return Err(full(&lane, limit, &titles.concat()).into());
    }
    match this {
        Some(_) if titles.len() + unread >= limit => Err(sealing::locked()),
        Some(_) | None => Ok(()),
    }
}

/// A commissioned topic is a lane of its own; all self-proposed ones together are one.
pub fn same_lane(one: &Topic, other: &Topic) -> bool {
    one.id == other.id || (one.lane == Lane::SelfProposed && other.lane == Lane::SelfProposed)
}

fn lanes(topics: &[Topic]) -> usize {
    let commissioned = topics.iter().filter(|one| one.lane == Lane::Commissioned);
    let own_choice = topics.iter().any(|one| one.lane == Lane::SelfProposed);
    commissioned.count() + usize::from(own_choice)
}

fn full(lane: &str, limit: usize, submitted: &str) -> Refusal {
    let has = match submitted {
        "" => "本组织都已报满".to_owned(),
        titles => format!("本组织已提交{titles}"),
    };
    Refusal::new(
        "lane_full",
        format!("{lane}每个组织限报 {limit} 份，{has}。"),
    )
    .remedy("要换一份的，请本组织书记在截止以前先撤回已提交的申报书；也可以改报其他标的。")
}
