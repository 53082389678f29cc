//! Sealing one's own submitted bid again, after the round got a new key: by its digest, so that nothing can change.

use serde_json::json;

use crate::audit::{self, Verb, sha256_hex};
use crate::bids::{Bid, BidState, store};
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::BidId;
use crate::rounds::{self, Round, RoundState};
use crate::sealing;
use crate::who::{Actor, policy};

/// Whether the bid is sealed to a key of the round that is no more.
pub fn waits(c: &mut Conn, bid: &Bid) -> Result<bool> {
    Ok(
        bid.state == BidState::Submitted
            && sealing::unsealed_count(c, bid.round_id, &[bid.id])? > 0,
    )
}

fn may(round: &Round, now: crate::clock::Instant) -> Result<(), Refusal> {
    match round.state_at(now) {
        RoundState::Open | RoundState::Sealed => Ok(()),
        state @ (RoundState::Draft
        | RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled) => Err(Refusal::new(
            "wrong_state",
            format!("批次现在是“{}”，不能再重新封装。", state.label()),
        )
        .remedy("重新封装在开标以前办理。")),
    }
}

/// Also after the deadline: content, digest and receipt stay what they were.
pub fn seal_again(tx: &mut Tx, actor: &Actor, id: BidId) -> Result<Bid> {
    let (bid, _) = super::visible(tx, actor, id)?;
    policy::may_act_for(actor, bid.organization_id)?;
    let round = rounds::turn(tx, bid.round_id)?;
    let bid = store::find(tx, id)?;
    let now = tx.now();
    may(&round, now)?;
    if !waits(tx, &bid)? {
        return Err(Refusal::new("sealed_already", "这份申报书不需要重新封装。")
            .remedy("只有开标密钥更换以后，更换以前提交的申报书才需要。")
            .into());
    }
    let secret = sealing::secret_of(tx, actor, id)?.ok_or_else(sealing::locked)?;
    let payload = secret.decrypt(bid.sealed.as_deref().unwrap_or_default())?;
    if Some(sha256_hex(&payload)) != bid.digest {
        return Err(
            Refusal::new("digest_differs", "密封的内容与提交时的摘要不一致。")
                .remedy("请联系党建部和督导员查明原因；截止前可以重新提交。")
                .into(),
        );
    }
    sealing::seal_again(tx, &secret, round.id)?;
    audit::record(
        tx,
        actor,
        super::event(Verb::BidSealedAgain, &bid, &round, bid.version)
            .detail(json!({ "digest": bid.digest })),
    )?;
    Ok(bid)
}
