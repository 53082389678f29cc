//! Sealing what is drafted. The answer's digest and receipt are the bidder's proof.

use crate::audit::sha256_hex;
use crate::bids::actions::lanes;
use crate::bids::rules::{self, Action, Sealed, SealedAttachment};
use crate::bids::scene::BidScene;
use crate::bids::{Bid, BidContent, BidState, attached, store};
use crate::files::SubjectKind;
use crate::ids::{self, BidId};
use crate::sealing::{self, BidSecret};
use crate::verbs::Subject;
use crate::verbs::prelude::*;
use crate::{files, people, rounds};

pub struct Submit;

impl Verb for Submit {
    type On = BidScene;
    type Gives = BidScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "submit";
    const SAYS: &'static str = "Seal and submit the draft; the answer carries digest and receipt.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::BidSubmitted);
    const FORBIDS: &'static [&'static str] = &["secretary_required", "sealed_without_key"];
    const REFUSES: &'static [&'static str] = &[
        people::DISABLED,
        "key_exchanged",
        "no_round_key",
        "too_early",
        "deadline_passed",
        "already_opened",
        "cancelled",
        "wrong_state",
        "merged",
        "lane_full",
    ];

    fn who(on: &BidScene, actor: &Actor) -> Result<()> {
        on.by_secretary(actor)
    }

    fn when(_: &mut Conn, on: &BidScene, _: &Actor, now: Instant) -> Result<()> {
        on.takes_bids(now).map_err(|refusal| {
            if refusal.code == "deadline_passed" {
                let late = on.event(audit::Verb::BidLateRefused);
                refusal.noted(late.detail(json!({ "at": now })))
            } else {
                refusal
            }
        })?;
        rules::next(on.bid.state, Action::Submit)?;
        Ok(())
    }

    fn perform(tx: &mut Tx, on: BidScene, (): (), actor: &Actor, _: &Empty) -> Result<Done<Self>> {
        let (now, bid, round) = (tx.now(), on.bid, on.round);
        let earlier = sealing::secret_of(tx, actor, bid.id)?.ok_or_else(sealing::locked)?;
        let draft = earlier.decrypt(&bid.draft)?;
        let content = BidContent::from_bytes(&draft)?;
        let missing = rules::missing(&content, &rounds::topics(tx, round.id)?);
        if !missing.is_empty() {
            return Err(Error::Invalid(missing));
        }
        let chosen = (content.topic_id, Some(bid.id));
        lanes::may_bid(tx, actor, &round, bid.organization_id, chosen)?;
        let drafted = files::of_subject(tx, SubjectKind::Bid, bid.id.0)?;
        let attachments = files::named(drafted, &earlier)?.into_iter();
        let sealed = Sealed {
            bid_id: bid.id,
            round_id: round.id,
            organization_id: bid.organization_id,
            content,
            attachments: attachments
                .map(|file| SealedAttachment {
                    id: Some(file.id),
                    name: file.name,
                    size: file.size,
                    sha256: file.sha256,
                })
                .collect(),
            salt: ids::random_hex(),
        };
        let payload = serde_json::to_vec(&sealed)?;
        let digest = sha256_hex(&payload);
        let own = bid.organization_id;
        let people = people::acting_for(tx, own)?;
        let secret = sealing::seal_for_round(tx, bid.id, round.id, own, &people)?;
        seal_what_was_drafted(tx, bid.id, &earlier, &secret)?;
        store::mark_submitted(tx, bid.id, bid.draft_revision, now)?;
        tx.forget_before();
        if bid.state != BidState::Submitted {
            rounds::count_bids(tx, round.id, 1)?;
            tx.publish_change()?;
        }
        let new = Bid {
            state: BidState::Submitted,
            draft: secret.encrypt(&draft)?,
            sealed: Some(secret.encrypt(&payload)?),
            digest: Some(digest.clone()),
            receipt: Some(ids::random_code(12)),
            submitted_at: Some(now),
            submitted_by: Some(actor.person()?.user_id),
            withdrawn_at: None,
            submitted_revision: Some(bid.draft_revision),
            ..bid
        };
        let bid = store::update(tx, new, now)?;
        attached::discard_removed(tx, &bid)?;
        let said = "已提交并密封。请记下回执号和摘要。";
        let key = sealing::fingerprint(tx, round.id)?;
        Ok(Done::of(bid.id, said).detail(json!({ "digest": digest, "round_key": key })))
    }
}

/// Earlier revisions and the files say what the submission says: they go under its key.
fn seal_what_was_drafted(
    tx: &mut Tx,
    id: BidId,
    earlier: &BidSecret,
    secret: &BidSecret,
) -> Result<()> {
    for (revision, bytes) in store::revision_contents(tx, id)? {
        let bytes = earlier.hand_over(secret, &bytes)?;
        store::put_revision_content(tx, revision, &bytes)?;
    }
    files::move_to_key(tx, id, earlier, secret)
}
