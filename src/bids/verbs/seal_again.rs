//! Sealing one's own submitted bid again, after the round got a new key: by its digest, so that nothing can change. Also
//! after the deadline: content, digest and receipt stay what they were.

use crate::audit::sha256_hex;
use crate::bids::actions;
use crate::bids::scene::BidScene;
use crate::rounds::RoundState;
use crate::sealing;
use crate::verbs::prelude::*;

pub struct SealAgain;

impl Verb for SealAgain {
    type On = BidScene;
    type Gives = BidScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "seal_again";
    const SAYS: &'static str = "Seal one's own submission to the round's renewed key: content, digest and receipt stay the same.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::BidSealedAgain);
    const FORBIDS: &'static [&'static str] = &["not_your_organization", "sealed_without_key"];
    const REFUSES: &'static [&'static str] = &[
        "key_exchanged",
        "no_round_key",
        "wrong_state",
        "sealed_already",
        "digest_differs",
    ];

    fn who(on: &BidScene, actor: &Actor) -> Result<()> {
        on.by_drafters(actor)
    }

    fn when(c: &mut Conn, on: &BidScene, _: &Actor, now: Instant) -> Result<()> {
        let state = on.round.state_at(now);
        if !matches!(state, RoundState::Open | RoundState::Sealed) {
            let reason = format!("批次现在是“{}”，不能再重新封装。", state.label());
            return Err(Refusal::new("wrong_state", reason)
                .remedy("重新封装在开标以前办理。")
                .into());
        }
        if !actions::waits(c, &on.bid)? {
            return Err(Refusal::new("sealed_already", "这份申报书不需要重新封装。")
                .remedy("只有开标密钥更换以后，更换以前提交的申报书才需要。")
                .into());
        }
        Ok(())
    }

    fn perform(tx: &mut Tx, on: BidScene, (): (), actor: &Actor, _: &Empty) -> Result<Done<Self>> {
        let bid = on.bid;
        let secret = sealing::secret_of(tx, actor, bid.id)?.ok_or_else(sealing::locked)?;
        let payload = secret.decrypt(bid.sealed.as_deref().unwrap_or_default())?;
        if Some(sha256_hex(&payload)) != bid.digest {
            return Err(
                Refusal::new("digest_differs", "密封的内容与提交时的摘要不一致。")
                    .remedy("请联系党建部和督导员查明原因；截止前可以重新提交。")
                    .into(),
            );
        }
        sealing::seal_again(tx, &secret, on.round.id)?;
        let said = "已重新封装，内容、摘要和回执不变。";
        Ok(Done::of(bid.id, said).detail(json!({ "digest": bid.digest })))
    }
}
