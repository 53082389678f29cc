//! Submitting and withdrawing, both ordered with the opening by the round's row.

use serde_json::json;

use crate::audit::{self, Verb, sha256_hex};
use crate::bids::rules::{self, Action, Sealed, SealedAttachment};
use crate::bids::store::{self, Submission};
use crate::bids::{Bid, BidContent, BidState};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::files;
use crate::ids::{self, BidId};
use crate::people;
use crate::rounds;
use crate::sealing::{self, BidSecret};
use crate::who::{Actor, policy};

/// Seals what is drafted. The answer's digest and receipt are the bidder's proof.
pub fn submit(tx: &mut Tx, actor: &Actor, id: BidId, version: Option<i64>) -> Result<Bid> {
    let (bid, round) = super::visible(tx, actor, id)?;
    policy::may_sign_for(actor, bid.organization_id)?;
    // The round's turn comes first, the instant after it: a submission and the opening never overlap.
    rounds::turn(tx, round.id)?;
    let round = rounds::find(tx, round.id)?;
    let bid = store::find(tx, bid.id)?;
    let now = tx.now();
    if let Err(refusal) =
        crate::rounds::rules::takes_bids(round.state_at(now), round.opens_at, round.deadline, now)
    {
        let refusal = if refusal.code == "deadline_passed" {
            let late = super::event(Verb::BidLateRefused, &bid, &round, bid.version)
                .detail(json!({ "at": now }));
            refusal.noted(late)
        } else {
            refusal
        };
        return Err(refusal.into());
    }
    rules::next(bid.state, Action::Submit)?;
    if version.is_some_and(|version| version != bid.version) {
        return Err(Error::stale());
    }
    let earlier = sealing::secret_of(tx, actor, id)?.ok_or_else(sealing::locked)?;
    let draft = earlier.decrypt(&bid.draft)?;
    let content = BidContent::from_bytes(&draft)?;
    let missing = rules::missing(&content, &rounds::topics(tx, round.id)?);
    if !missing.is_empty() {
        return Err(Error::Invalid(missing));
    }
    let sealed = Sealed {
        bid_id: bid.id,
        round_id: round.id,
        organization_id: bid.organization_id,
        content,
        attachments: files::of_bid(tx, &earlier, bid.id)?
            .into_iter()
            .map(|file| SealedAttachment {
                name: file.name,
                size: file.size,
                sha256: file.sha256,
            })
            .collect(),
        salt: ids::random_hex(),
    };
    let payload = serde_json::to_vec(&sealed)?;
    let digest = sha256_hex(&payload);
    let people = people::acting_for(tx, bid.organization_id)?;
    let secret = sealing::seal_for_round(tx, actor, id, round.id, bid.organization_id, &people)?;
    seal_what_was_drafted(tx, id, &earlier, &secret)?;
    let receipt = ids::random_code(12);
    let version = store::submit(
        tx,
        &bid,
        &Submission {
            draft: &secret.encrypt(&draft)?,
            sealed: &secret.encrypt(&payload)?,
            digest: &digest,
            receipt: &receipt,
            by: actor.person()?.user_id,
            now,
        },
    )?;
    if bid.state != BidState::Submitted {
        rounds::count_bids(tx, round.id, 1)?;
        tx.publish_change()?;
    }
    audit::record(
        tx,
        actor,
        super::event(Verb::BidSubmitted, &bid, &round, version).detail(json!({ "digest": digest })),
    )?;
    store::find(tx, id)
}

/// Earlier revisions and the files say what the submission says: they go under its key.
fn seal_what_was_drafted(
    tx: &mut Tx,
    id: BidId,
    earlier: &BidSecret,
    secret: &BidSecret,
) -> Result<()> {
    for (revision, bytes) in store::revision_contents(tx, id)? {
        let bytes = secret.encrypt(&earlier.decrypt(&bytes)?)?;
        store::put_revision_content(tx, revision, &bytes)?;
    }
    files::move_to_key(tx, id, earlier, secret)
}

/// Takes a submitted bid back, until the deadline.
pub fn withdraw(tx: &mut Tx, actor: &Actor, id: BidId) -> Result<Bid> {
    let (bid, round) = super::visible(tx, actor, id)?;
    policy::may_sign_for(actor, bid.organization_id)?;
    rounds::turn(tx, round.id)?;
    let round = rounds::find(tx, round.id)?;
    let bid = store::find(tx, bid.id)?;
    let now = tx.now();
    crate::rounds::rules::takes_bids(round.state_at(now), round.opens_at, round.deadline, now)?;
    rules::next(bid.state, Action::Withdraw)?;
    let version = store::withdraw(tx, &bid, now)?;
    rounds::count_bids(tx, round.id, -1)?;
    tx.publish_change()?;
    audit::record(
        tx,
        actor,
        super::event(Verb::BidWithdrawn, &bid, &round, version),
    )?;
    store::find(tx, id)
}
