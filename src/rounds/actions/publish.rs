//! Publishing: from here on only the schedule may move, and only later.

use serde_json::json;

use crate::audit::{self, Verb};
use crate::clock::{Instant, show_instant};
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::RoundId;
use crate::rounds::input::OpenersInput;
use crate::rounds::rules::{self, Action};
use crate::rounds::{AnnouncementKind, Post, Round, RoundState, announce, store};
use crate::sealing;
use crate::seats;
use crate::who::Actor;

/// The state after publishing, or why the round cannot be published: its state, its deadline, its panel.
pub fn may_publish(c: &mut Conn, round: &Round, now: Instant) -> Result<RoundState> {
    let next = rules::next(round.state_at(now), Action::Publish)?;
    if round.deadline <= now {
        return Err(Refusal::new("deadline_passed", "截止时间已过，不能发布。")
            .remedy("请先把截止时间改到今天以后。")
            .into());
    }
    let evaluation = seats::of_round(c, round.id)?;
    match seats::panel_fault(c, evaluation.id)? {
        Some(refusal) => Err(refusal.into()),
        None => Ok(next),
    }
}

pub fn publish(tx: &mut Tx, actor: &Actor, id: RoundId, openers: &OpenersInput) -> Result<Round> {
    let round = super::turn_for_office(tx, actor, id)?;
    let now = tx.now();
    let next = may_publish(tx, &round, now)?;
    let (openers, threshold) =
        super::openers::chosen(tx, actor, &round, &openers.openers, openers.threshold)?;
    sealing::make_round_key(tx, id, &openers, threshold, "发布")?;
    let version = store::advance(tx, &round, next, now)?;
    store::set_published(tx, id, now)?;
    announce(
        tx,
        Post {
            committee: round.committee_id,
            round: Some(id),
            kind: AnnouncementKind::Guide,
            title: format!("招标公告：{}", round.title),
            body: format!(
                "{}\n申报时间：{}至{}\n开标时间：{}",
                round.guide,
                show_instant(round.opens_at),
                show_instant(round.deadline),
                show_instant(round.opening_at)
            ),
            ends_on: None,
        },
    )?;
    audit::record(
        tx,
        actor,
        super::event(Verb::RoundPublished, &round, version).detail(json!({
            "deadline": round.deadline,
            "openers": openers.iter().map(|opener| opener.user_id).collect::<Vec<_>>(),
            "threshold": threshold,
        })),
    )?;
    store::find(tx, id)
}
