//! Voiding a bid (废标) after the opening, with a reason.

use serde_json::json;

use crate::audit::{self, Verb};
use crate::auth::{Actor, policy};
use crate::bids::rules::{self, Action};
use crate::bids::{Bid, store};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::BidId;
use crate::{joint, people, rounds};

pub fn void(tx: &mut Tx, actor: &Actor, id: BidId, reason: &str) -> Result<Bid> {
    let (bid, round) = super::visible(tx, actor, id)?;
    let path = people::organization(tx, round.committee_id)?.path;
    policy::may_run(actor, &path)?;
    let round = rounds::turn(tx, round.id)?;
    let now = tx.now();
    super::read::may_void(round.state_at(now))?;
    rules::next(bid.state, Action::Void)?;
    let version = store::void(tx, &bid, reason, now)?;
    joint::without(tx, actor, &round, id)?;
    audit::record(
        tx,
        actor,
        super::event(Verb::BidVoided, &bid, &round, version).detail(json!({ "reason": reason })),
    )?;
    store::find(tx, id)
}
