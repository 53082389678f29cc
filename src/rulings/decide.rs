//! What becomes of a failed topic: decided by the office with a reason, told to all.

use serde_json::json;

use super::input::FailedInput;
use crate::audit::{self, Verb};
use crate::bids;
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::failed;
use crate::failed::rules::{self, FailedDecision};
use crate::ids::TopicId;
use crate::rounds::actions::drafting::{holidays, set_dates, titled};
use crate::rounds::rules::schedule;
use crate::rounds::{self, AnnouncementKind, OriginKind, Post, Round, RoundState, Topic, announce};
use crate::seats;
use crate::who::Actor;

/// Decides what becomes of a failed topic; the reason is published.
pub fn decide(tx: &mut Tx, actor: &Actor, id: TopicId, input: &FailedInput) -> Result<Round> {
    let topic = rounds::topic(tx, id)?;
    let round = rounds::actions::turn_for_office(tx, actor, topic.round_id)?;
    let now = tx.now();
    let mut row = match failed::find(tx, id) {
        Err(Error::NotFound) => {
            return Err(Refusal::new("not_failed", "这个标的没有流标。").into());
        }
        found => found?,
    };
    // A bid found void since may have undone what was waited for.
    if row.decision == Some(FailedDecision::Joint) && row.agreed_at.is_none() {
        failed::settle(tx, &round, &topic, &mut row)?;
    }
    let asked = bids::opened_on_topic(tx, id)?;
    let valid = i64::try_from(asked.len()).unwrap_or(i64::MAX);
    rules::may_decide(round.state_at(now), row.decision, valid, input.decision)?;
    row.decision = Some(input.decision);
    row.reason = Some(input.reason.trim().to_owned());
    row.decided_by = actor.user_id();
    row.decided_at = Some(now);
    let then = match input.decision {
        FailedDecision::Close => "该标的终止，不再安排。".to_owned(),
        FailedDecision::Reopen => {
            let next = reopen(tx, actor, &round, &topic)?;
            row.next_round_id = Some(next.id);
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
            row.joint_lead_id = lead;
            for bid in asked {
                failed::ask(tx, bid, id)?;
            }
            "由各申报组织的书记答复，同意的合为一个联合攻关项目。".to_owned()
        }
    };
    failed::update(tx, &row)?;
    announce(
        tx,
        Post {
            committee: round.committee_id,
            round: Some(round.id),
            kind: AnnouncementKind::Result,
            title: titled(&topic.title, "流标处理公告：", ""),
            body: format!(
                "{}\n决定：{}。{then}\n原因：{}",
                failed::why(&topic, row.valid_bids),
                input.decision.label(),
                input.reason.trim()
            ),
            ends_on: None,
        },
    )?;
    audit::record(
        tx,
        actor,
        rounds::actions::event(Verb::FailedTopicDecided, &round, round.version).detail(json!({
            "topic_id": id, "decision": input.decision, "reason": input.reason.trim(),
            "next_round_id": row.next_round_id,
        })),
    )?;
    rounds::find(tx, round.id)
}

/// The supplementary round (补充招标) a topic goes into: the one already being drafted, or a new one.
fn reopen(tx: &mut Tx, actor: &Actor, round: &Round, topic: &Topic) -> Result<Round> {
    for id in rounds::supplements(tx, round.id)? {
        let next = rounds::turn(tx, id)?;
        if next.state == RoundState::Draft {
            let now = tx.now();
            rounds::add_topic(
                tx,
                &Topic {
                    id: TopicId::fresh(now),
                    round_id: id,
                    failed: false,
                    ..topic.clone()
                },
            )?;
            rounds::advance(tx, &next, RoundState::Draft)?;
            return Ok(next);
        }
    }
    let now = tx.now();
    let mut input = rounds::actions::input_of(tx, round)?;
    input.title = titled(&round.title, "补充招标：", "");
    input.year = i64::from(chrono::Datelike::year(&crate::clock::local_date(now)));
    input.topics = vec![rounds::actions::topic_input(topic.clone())];
    let table = holidays(tx)?;
    let dates = schedule::supplementary(&table, now);
    set_dates(&mut input, dates);
    let origin = Some((round.id, OriginKind::Supplement));
    let next = rounds::actions::create_from(tx, actor, &input, origin)?;
    seats::propose(tx, actor, round.id, next.id)?;
    Ok(next)
}
