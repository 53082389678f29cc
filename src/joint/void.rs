//! Voiding a bid (废标) after the opening, with a reason.

use serde_json::json;

use super::end;
use crate::audit::{self, Verb};
use crate::bids::rules::{self, Action};
use crate::bids::{self, Bid};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::BidId;
use crate::people;
use crate::rounds;
use crate::who::{Actor, policy};

/// What was asked about the bid ends with it; a joint bid that is void is void as a whole.
pub fn void(tx: &mut Tx, actor: &Actor, id: BidId, reason: &str) -> Result<Bid> {
    let (bid, round) = bids::visible(tx, actor, id)?;
    let path = people::organization(tx, round.committee_id)?.path;
    policy::may_run(actor, &path)?;
    let round = rounds::turn(tx, round.id)?;
    let now = tx.now();
    bids::may_void(round.state_at(now))?;
    rules::next(bid.state, Action::Void)?;
    let version = bids::set_void(tx, &bid, reason)?;
    end::without(tx, actor, &round, id)?;
    audit::record(
        tx,
        actor,
        bids::event(Verb::BidVoided, &bid, &round, version).detail(json!({ "reason": reason })),
    )?;
    bids::find(tx, id)
}
