//! The order that the panel voted for among bids that share a rank.

use crate::ids::BidId;
use crate::numbers::result_file::TieBreakMethod;
use crate::result::actions::{lots, order, tie};
use crate::result::scene::{Judged, Ranked};
use crate::verbs::prelude::*;

/// The order found among bids that share a rank, best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TieInput {
    #[validate(length(min = 2, max = 100))]
    #[schema(min_items = 2, max_items = 100)]
    pub bid_ids: Vec<BidId>,
    /// How it was found: by vote. Lots are drawn by two people: `POST /rounds/{id}/lots`.
    #[serde(default = "by_vote")]
    pub method: TieMethod,
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "评审委员会 5 比 2 表决")]
    pub reason: String,
}

crate::text_enum! {
    /// How an order among equals was found.
    TieMethod { Vote = "vote" "表决", Lots = "lots" "抽签" }
}

fn by_vote() -> TieMethod {
    TieMethod::Vote
}

pub struct RecordTie;

impl Verb for RecordTie {
    type On = Judged;
    type Gives = Ranked;
    type Input = TieInput;
    type Ready = ();

    const NAME: &'static str = "record_tie";
    const SAYS: &'static str = "The chair records the order found among bids that share a rank.";
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["chair_required", "recused"];
    const REFUSES: &'static [&'static str] = &["wrong_state", "lots_pending"];

    /// Any member may have to stand in for a chair who is recused.
    fn who(on: &Judged, actor: &Actor) -> Result<()> {
        if on.seat.is_some() {
            return Ok(());
        }
        on.may_chair(actor)
    }

    fn when(c: &mut Conn, on: &Judged, actor: &Actor, _: Instant) -> Result<()> {
        if !tie::presides(c, on, actor)? {
            on.may_chair(actor)?;
        }
        Ok(tie::may_order(on)?)
    }

    fn perform(
        tx: &mut Tx,
        on: Judged,
        (): (),
        actor: &Actor,
        input: &TieInput,
    ) -> Result<Done<Self>> {
        let bids: Vec<i64> = input.bid_ids.iter().map(|bid| bid.0).collect();
        let (file, group) = tie::tied(tx, &on, &bids)?;
        if !tie::Presiding::load(tx, on.evaluation.id)?.is(actor, group.topic) {
            return Err(Error::Forbidden(tie::not_presiding()));
        }
        if input.method == TieMethod::Lots {
            return Err(Error::field(
                "method",
                "抽签由主任委员和督导员各自承诺、揭示，不由一人记录。",
            ));
        }
        if lots::pending_of(tx, on.evaluation.id, &group)?.is_some() {
            return Err(lots::pending_refusal().into());
        }
        let (digest, fairness_digest) = order::put(tx, &on, file, &bids, TieBreakMethod::Vote)?;
        let detail = json!({
            "bid_ids": input.bid_ids,
            "method": input.method,
            "reason": input.reason,
            "result_digest": digest,
            "fairness_digest": fairness_digest,
        });
        on.record(tx, actor, audit::Verb::TieRecorded, detail)?;
        Ok(Done::of(on.round.id, "已记录先后，排名已重算。"))
    }
}
