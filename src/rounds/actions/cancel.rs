//! Cancelling a round, with a reason shown to all.

use serde_json::json;

use crate::audit::{self, Verb};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::RoundId;
use crate::rounds::rules::{self, Action};
use crate::rounds::{AnnouncementKind, Post, Round, announce, store};
use crate::who::Actor;

pub fn cancel(tx: &mut Tx, actor: &Actor, id: RoundId, reason: &str) -> Result<Round> {
    let round = super::turn_for_office(tx, actor, id)?;
    let now = tx.now();
    let next = rules::next(round.state_at(now), Action::Cancel)?;
    let version = store::advance(tx, &round, next, now)?;
    store::set_cancelled(tx, id, reason)?;
    if round.published_at.is_some() {
        announce(
            tx,
            Post {
                committee: round.committee_id,
                round: Some(id),
                kind: AnnouncementKind::Cancellation,
                title: format!("取消公告：{}", round.title),
                body: format!("本批次取消。\n原因：{reason}\n{}", fate(&round)),
                ends_on: None,
            },
        )?;
    }
    audit::record(
        tx,
        actor,
        super::event(Verb::RoundCancelled, &round, version).detail(json!({ "reason": reason })),
    )?;
    store::find(tx, id)
}

/// What happens to the bids: unopened ones are read by nobody but their own people, for ever.
pub fn fate(round: &Round) -> &'static str {
    if round.opened_at.is_some() {
        "已开标的申报书不再评审。"
    } else {
        "已提交的申报书不再开标，任何人不得查看，由申报组织自行留存。"
    }
}

/// Why a bid of this round goes no further, for its page; nothing unless the round is cancelled.
pub fn cancelled_notice(round: &Round) -> Option<Vec<String>> {
    let reason = round.cancel_reason.as_deref()?;
    Some(vec![
        format!("本批次已取消。原因：{reason}"),
        fate(round).to_owned(),
    ])
}
