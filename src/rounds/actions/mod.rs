//! What verbs and readings of rounds share.

pub mod drafting;
pub mod openers;
pub mod questions;
mod read;

pub use read::{amendments, list, open_to_bids, visible};

use super::Round;
use crate::audit::{Chain, Event, Verb};

/// An event about a round, on its committee's chain.
pub fn event(verb: Verb, round: &Round, version: i64) -> Event {
    Event::new(
        verb,
        Chain::Committee(round.committee_id),
        "round",
        round.id.0,
    )
    .organization(round.committee_id)
    .round(round.id)
    .version(version)
}

/// What happens to a cancelled round's bids: unopened ones are read by nobody but their own people, for ever.
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
