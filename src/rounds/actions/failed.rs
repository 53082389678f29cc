//! Failed topics (流标): found at the opening, told to all, decided by the office with a reason.

mod joint;

use std::collections::HashMap;

pub use joint::{answer_joint, joint_leads, partners_of};
use serde_json::json;

use joint::settle;

use super::copy::{holidays, set_dates, titled};
use crate::audit::{self, Verb};
use crate::auth::Actor;
use crate::award;
use crate::bids;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{RoundId, TopicId};
use crate::rounds::input::FailedInput;
use crate::rounds::rules::failed::{self as rules, FailedDecision, Joint};
use crate::rounds::rules::{Action, schedule};
use crate::rounds::store::failed::{self as failures, FailedTopic, JointBid};
use crate::rounds::{
    AnnouncementKind, OriginKind, Post, Round, RoundState, Topic, announce, store,
};
use crate::seats;

/// Fails every topic with fewer valid bids than its minimum and says so publicly: at the opening, and once more when
/// scoring starts, for bids found void in between. Answers all topics that have failed.
pub fn fail_short_topics(tx: &mut Tx, actor: &Actor, round: &Round) -> Result<Vec<TopicId>> {
    let now = tx.now();
    let valid: HashMap<TopicId, i64> = bids::valid_per_topic(tx, round.id)?.into_iter().collect();
    let (mut failed, mut lines) = (Vec::new(), Vec::new());
    for topic in store::topics(tx, round.id)? {
        if topic.failed {
            failed.push(topic.id);
            continue;
        }
        let bids = valid.get(&topic.id).copied().unwrap_or(0);
        if !rules::fails(bids, topic.minimum_bids) {
            continue;
        }
        let row = FailedTopic {
            topic_id: topic.id,
            round_id: round.id,
            failed_at: now,
            valid_bids: bids,
            decision: None,
            reason: None,
            decided_by: None,
            decided_at: None,
            next_round_id: None,
            joint_lead_id: None,
            agreed_at: None,
        };
        failures::fail(tx, &row)?;
        lines.push(why(&topic, bids));
        failed.push(topic.id);
    }
    if lines.is_empty() {
        return Ok(failed);
    }
    announce(
        tx,
        Post {
            committee: round.committee_id,
            round: Some(round.id),
            kind: AnnouncementKind::Result,
            title: format!("流标公告：{}", round.title),
            body: format!(
                "{}\n流标标的的申报书不参加评分。党建部将逐个决定重新招标、转为联合攻关或者终止，并公布原因。",
                lines.join("\n")
            ),
            ends_on: None,
        },
    )?;
    audit::record(
        tx,
        actor,
        super::event(Verb::TopicsFailed, round, round.version)
            .detail(json!({ "topics": failed, "reasons": lines })),
    )?;
    Ok(failed)
}

/// `标的“…”有效申报 1 份，少于规定的 3 份，流标。`
pub fn why(topic: &Topic, valid_bids: i64) -> String {
    format!(
        "标的“{}”有效申报 {valid_bids} 份，少于规定的 {} 份，流标。",
        topic.title,
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
    Ok(store::topics(c, round)?
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

/// Decides what becomes of a failed topic; the reason is published.
pub fn decide(tx: &mut Tx, actor: &Actor, id: TopicId, input: &FailedInput) -> Result<Round> {
    let topic = store::topic(tx, id)?;
    let round = super::turn_for_office(tx, actor, topic.round_id)?;
    let now = tx.now();
    let mut failed = match failures::find(tx, id) {
        Err(Error::NotFound) => {
            return Err(Refusal::new("not_failed", "这个标的没有流标。").into());
        }
        found => found?,
    };
    // A bid found void since may have undone what was waited for.
    if failed.decision == Some(FailedDecision::Joint) && failed.agreed_at.is_none() {
        settle(tx, &round, &topic, &mut failed)?;
    }
    let asked = bids::opened_on_topic(tx, id)?;
    let valid = i64::try_from(asked.len()).unwrap_or(i64::MAX);
    rules::may_decide(round.state_at(now), failed.decision, valid, input.decision)?;
    failed.decision = Some(input.decision);
    failed.reason = Some(input.reason.trim().to_owned());
    failed.decided_by = actor.user_id();
    failed.decided_at = Some(now);
    let then = match input.decision {
        FailedDecision::Close => "该标的终止，不再安排。".to_owned(),
        FailedDecision::Reopen => {
            let next = reopen(tx, actor, &round, &topic)?;
            failed.next_round_id = Some(next.id);
            format!("该标的列入“{}”，发布以后可以申报。", next.title)
        }
        FailedDecision::Joint => {
            let lead = match input.lead_bid_id {
                Some(lead) if asked.contains(&lead) => Some(lead),
                Some(_) => {
                    return Err(Error::field(
                        "lead_bid_id",
                        "牵头的申报书不在这个标的之内。",
                    ));
                }
                None => asked.first().copied(),
            };
            failed.joint_lead_id = lead;
            for bid in asked {
                failures::ask_bid(tx, bid, id)?;
            }
            "由各申报组织的书记答复，同意的合为一个联合攻关项目。".to_owned()
        }
    };
    failures::update(tx, &failed)?;
    announce(
        tx,
        Post {
            committee: round.committee_id,
            round: Some(round.id),
            kind: AnnouncementKind::Result,
            title: titled(&topic.title, "流标处理公告：", ""),
            body: format!(
                "{}\n决定：{}。{then}\n原因：{}",
                why(&topic, failed.valid_bids),
                input.decision.label(),
                input.reason.trim()
            ),
            ends_on: None,
        },
    )?;
    audit::record(
        tx,
        actor,
        super::event(Verb::FailedTopicDecided, &round, round.version).detail(json!({
            "topic_id": id, "decision": input.decision, "reason": input.reason.trim(),
            "next_round_id": failed.next_round_id,
        })),
    )?;
    store::find(tx, round.id)
}

/// The supplementary round (补充招标) a topic goes into: the one already being drafted, or a new one.
fn reopen(tx: &mut Tx, actor: &Actor, round: &Round, topic: &Topic) -> Result<Round> {
    for id in failures::supplements(tx, round.id)? {
        let next = super::super::turn(tx, id)?;
        if next.state == RoundState::Draft {
            let now = tx.now();
            store::add_topic(
                tx,
                &Topic {
                    id: TopicId::fresh(now),
                    round_id: id,
                    failed: false,
                    ..topic.clone()
                },
            )?;
            store::advance(tx, &next, RoundState::Draft, now)?;
            return Ok(next);
        }
    }
    let now = tx.now();
    let mut input = super::input_of(tx, round)?;
    input.title = titled(&round.title, "补充招标：", "");
    input.year = i64::from(chrono::Datelike::year(&crate::clock::local_date(now)));
    input.topics = vec![super::topic_input(topic.clone())];
    let table = holidays(tx)?;
    let dates = schedule::supplementary(&table, now);
    set_dates(&mut input, dates);
    let origin = Some((round.id, OriginKind::Supplement));
    let next = super::create_from(tx, actor, &input, origin)?;
    seats::propose(tx, actor, round.id, next.id)?;
    Ok(next)
}

/// Refused while a failed topic waits for a decision or a joint project for answers.
pub fn may_conclude(c: &mut Conn, round: RoundId) -> Result<()> {
    let (mut undecided, mut waiting) = (Vec::new(), Vec::new());
    for story in stories(c, round)? {
        match story.failed.decision {
            None => undecided.push(story.topic.title),
            Some(FailedDecision::Joint) if story.failed.agreed_at.is_none() => {
                let answers: Vec<_> = story.joint.iter().map(JointBid::counted).collect();
                if rules::joint(&answers) == Joint::Waiting {
                    waiting.extend(
                        story
                            .joint
                            .into_iter()
                            .filter(|bid| bid.counted().is_none())
                            .map(|bid| bid.organization),
                    );
                } else {
                    undecided.push(story.topic.title);
                }
            }
            Some(FailedDecision::Reopen | FailedDecision::Joint | FailedDecision::Close) => {}
        }
    }
    rules::settled(&undecided, &waiting)?;
    Ok(())
}

/// Whether a round whose topics have all failed may be concluded without scoring.
pub fn may_close(c: &mut Conn, round: &Round, now: crate::clock::Instant) -> Result<RoundState> {
    let next = crate::rounds::rules::next(round.state_at(now), Action::Close)?;
    if !store::topics(c, round.id)?.iter().all(|topic| topic.failed) {
        return Err(
            Refusal::new("not_all_failed", "还有没有流标的标的，不能这样办结。")
                .remedy("请开始评分。")
                .into(),
        );
    }
    let open = award::open_objections(c, round.id)?;
    if open > 0 {
        return Err(Refusal::new(
            "objection_open",
            format!("还有 {open} 件异议没有答复，不能办结。"),
        )
        .remedy("请先答复异议。")
        .into());
    }
    may_conclude(c, round.id)?;
    Ok(next)
}

/// Concludes a round whose topics have all failed.
pub fn close(tx: &mut Tx, actor: &Actor, id: RoundId) -> Result<Round> {
    let round = super::turn_for_office(tx, actor, id)?;
    let now = tx.now();
    may_close(tx, &round, now)?;
    let version = store::conclude(tx, &round, now)?;
    let lines: Vec<String> = stories(tx, id)?
        .iter()
        .map(|story| {
            let decision = story.failed.decision.map_or("", FailedDecision::label);
            format!("{}：流标，{decision}。", story.topic.title)
        })
        .collect();
    announce(
        tx,
        Post {
            committee: round.committee_id,
            round: Some(id),
            kind: AnnouncementKind::Result,
            title: format!("结果公告：{}", round.title),
            body: format!("各标的均流标，本批次办结。\n{}", lines.join("\n")),
            ends_on: None,
        },
    )?;
    audit::record(
        tx,
        actor,
        super::event(Verb::RoundConcluded, &round, version).detail(json!({ "all_failed": true })),
    )?;
    store::find(tx, id)
}

/// What is told to everybody: why a topic failed, and what was decided.
pub fn told(story: &Story) -> Vec<String> {
    let mut lines = vec![why(&story.topic, story.failed.valid_bids)];
    lines.push(match (story.failed.decision, &story.failed.reason) {
        (Some(decision), Some(reason)) => {
            format!("决定：{}。原因：{reason}", decision.label())
        }
        _ => "党建部将决定重新招标、转为联合攻关或者终止，并公布原因。".to_owned(),
    });
    lines
}

/// The same for the page of a bid on this topic; nothing unless the topic failed.
pub fn failed_notice(c: &mut Conn, topic: Option<TopicId>) -> Result<Option<Vec<String>>> {
    let Some(topic) = topic else { return Ok(None) };
    let failed = match failures::find(c, topic) {
        Err(Error::NotFound) => return Ok(None),
        found => found?,
    };
    let story = Story {
        topic: store::topic(c, topic)?,
        failed,
        joint: Vec::new(),
    };
    let mut lines = told(&story);
    lines.push("这份申报书不参加评分。".to_owned());
    Ok(Some(lines))
}
