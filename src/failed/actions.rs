//! Failed topics found and told of.

use std::collections::HashMap;

use serde_json::json;

use super::rules::{self, FailedDecision, Joint};
use super::store as failures;
use super::store::{FailedTopic, JointBid};
use crate::audit::{self, Verb};
use crate::bids;
use crate::clock::{self, Instant};
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::{RoundId, TopicId};
use crate::rounds::{self, AnnouncementKind, Post, Round, Topic, announce};
use crate::seats::Veil;
use crate::text::quoted;
use crate::who::Actor;

/// Fails every topic for which fewer organizations bid validly than its minimum and says so publicly: at the opening, and once more when
/// scoring starts, for bids found void in between. Answers all topics that have failed.
pub fn fail_short_topics(tx: &mut Tx, actor: &Actor, round: &Round) -> Result<Vec<TopicId>> {
    let now = tx.now();
    let bidders = bids::bidders_per_topic(tx, round.id)?;
    let (mut failed, mut lines) = (Vec::new(), Vec::new());
    for topic in rounds::topics(tx, round.id)? {
        if topic.failed {
            failed.push(topic.id);
            continue;
        }
        let bidders = bidders.get(&topic.id).copied().unwrap_or(0);
        if !rules::fails(bidders, topic.minimum_bids) {
            continue;
        }
        let row = FailedTopic {
            topic_id: topic.id,
            round_id: round.id,
            failed_at: now,
            valid_bids: bidders,
            decision: None,
            reason: None,
            decided_by: None,
            decided_at: None,
            next_round_id: None,
            joint_lead_id: None,
            agreed_at: None,
            awarded_by: None,
            awarded_at: None,
            minute_number: None,
            minute_date: None,
            publicity_until: None,
        };
        failures::fail(tx, &row)?;
        lines.push(why(&topic, bidders));
        failed.push(topic.id);
    }
    if lines.is_empty() {
        return Ok(failed);
    }
    let title = format!("流标公告：{}", round.title);
    let body = format!(
        "{}\n流标标的的申报书不参加评分。党建部将逐个决定重新招标、转为联合攻关或者终止，并公布原因。",
        lines.join("\n")
    );
    announce(tx, Post::of(round, AnnouncementKind::Result, title, body))?;
    audit::record(
        tx,
        actor,
        rounds::actions::event(Verb::TopicsFailed, round, round.version)
            .detail(json!({ "topics": failed, "reasons": lines })),
    )?;
    Ok(failed)
}

/// `标的“…”有效申报的组织 1 个，少于规定的 3 个，流标。`
pub fn why(topic: &Topic, bidders: i64) -> String {
    format!(
        "标的{}有效申报的组织 {bidders} 个，少于规定的 {} 个，流标。",
        quoted(&topic.title),
        topic.minimum_bids.max(1)
    )
}

/// A failed topic with everything told of it.
pub struct Story {
    pub topic: Topic,
    pub failed: FailedTopic,
    pub joint: Vec<JointBid>,
}

/// The failed topics of a round, in the topics' order.
pub fn stories(c: &mut Conn, round: RoundId) -> Result<Vec<Story>> {
    let mut failed: HashMap<TopicId, FailedTopic> = failures::of_round(c, round)?
        .into_iter()
        .map(|row| (row.topic_id, row))
        .collect();
    if failed.is_empty() {
        return Ok(Vec::new());
    }
    let mut joint: HashMap<TopicId, Vec<JointBid>> = HashMap::new();
    for bid in failures::joint_bids(c, failed.keys().copied().collect())? {
        joint.entry(bid.topic_id).or_default().push(bid);
    }
    Ok(rounds::topics(c, round)?
        .into_iter()
        .filter_map(|topic| {
            let failed = failed.remove(&topic.id)?;
            let joint = joint.remove(&topic.id).unwrap_or_default();
            Some(Story {
                topic,
                failed,
                joint,
            })
        })
        .collect())
}

/// Refused while a failed topic waits for a decision, a joint project for answers, for the party committee or for the
/// end of its publicity.
pub fn may_conclude(c: &mut Conn, round: RoundId, now: Instant) -> Result<()> {
    let (mut undecided, mut waiting, mut unawarded) = (Vec::new(), Vec::new(), Vec::new());
    let today = clock::local_date(now);
    for story in stories(c, round)? {
        let title = story.topic.title;
        match (story.failed.decision, story.failed.agreed_at) {
            (None, _) => undecided.push(title),
            (Some(FailedDecision::Joint), None) => {
                let answers: Vec<_> = story.joint.iter().map(JointBid::answered).collect();
                if rules::joint(&answers) == Joint::Waiting {
                    waiting.extend(
                        story
                            .joint
                            .into_iter()
                            .filter(|bid| bid.counted().is_none())
                            .map(|bid| bid.organization),
                    );
                } else {
                    undecided.push(title);
                }
            }
            (Some(FailedDecision::Joint), Some(_)) => match story.failed.publicity_until {
                None => unawarded.push(title),
                Some(until) => rules::publicity_over(&title, until, today)?,
            },
            (Some(FailedDecision::Reopen | FailedDecision::Close), _) => {}
        }
    }
    rules::settled(&undecided, &waiting, &unawarded)?;
    Ok(())
}

/// What is told to everybody: why a topic failed, and what was decided.
pub fn told(story: &Story, veil: &Veil) -> Vec<String> {
    let mut lines = vec![why(&story.topic, story.failed.valid_bids)];
    lines.push(match (story.failed.decision, &story.failed.reason) {
        (Some(decision), Some(reason)) => {
            format!("决定：{}。原因：{}", decision.label(), veil.text(reason))
        }
        _ => "党建部将决定重新招标、转为联合攻关或者终止，并公布原因。".to_owned(),
    });
    lines
}

/// The same for the page of a bid on this topic; nothing unless the topic failed.
pub fn failed_notice(
    c: &mut Conn,
    topic: Option<TopicId>,
    veil: &Veil,
) -> Result<Option<Vec<String>>> {
    let Some(topic) = topic else { return Ok(None) };
    let failed = match failures::find(c, topic) {
        Err(Error::NotFound) => return Ok(None),
        found => found?,
    };
    let story = Story {
        topic: rounds::topic(c, topic)?,
        failed,
        joint: Vec::new(),
    };
    let mut lines = told(&story, veil);
    lines.push("这份申报书不参加评分。".to_owned());
    Ok(Some(lines))
}
