//! Concluding a round whose topics have all failed.

use serde_json::json;

use crate::audit::{self, Verb};
use crate::award;
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::failed;
use crate::failed::rules::FailedDecision;
use crate::ids::RoundId;
use crate::rounds::rules::{self, Action};
use crate::rounds::{self, AnnouncementKind, Post, Round, RoundState, announce};
use crate::who::Actor;

/// Whether a round whose topics have all failed may be concluded without scoring.
pub fn may_close(c: &mut Conn, round: &Round, now: crate::clock::Instant) -> Result<RoundState> {
    let next = rules::next(round.state_at(now), Action::Close)?;
    if !rounds::topics(c, round.id)?
        .iter()
        .all(|topic| topic.failed)
    {
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
    failed::may_conclude(c, round.id)?;
    Ok(next)
}

/// Concludes a round whose topics have all failed.
pub fn close(tx: &mut Tx, actor: &Actor, id: RoundId) -> Result<Round> {
    let round = rounds::actions::turn_for_office(tx, actor, id)?;
    let now = tx.now();
    may_close(tx, &round, now)?;
    let version = rounds::conclude(tx, &round)?;
    let lines: Vec<String> = failed::stories(tx, id)?
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
        rounds::actions::event(Verb::RoundConcluded, &round, version)
            .detail(json!({ "all_failed": true })),
    )?;
    rounds::find(tx, id)
}
