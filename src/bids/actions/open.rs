//! Opening all bids of a round: digests checked, facts spread into columns.

use std::collections::HashMap;

use crate::audit::sha256_hex;
use crate::bids::rules::Sealed;
use crate::bids::{Bid, BidState, store};
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::files;
use crate::ids::{BidId, OrganizationId, RoundId, UserId};
use crate::people;
use crate::rounds::Round;
use crate::sealing::{self, BidSecret, RoundSecret};
use crate::who::Actor;

/// One bid in the opening minute.
pub struct OpenedLine {
    pub bid: BidId,
    pub organization: String,
    pub title: String,
    pub digest: String,
}

#[derive(Default)]
pub struct Opened {
    pub lines: Vec<OpenedLine>,
    /// Content and digest differ: void.
    pub broken: Vec<OpenedLine>,
}

const PART: i64 = 500;

/// A bid's payload as bytes and as what they say.
pub type Payload = (Vec<u8>, Sealed);

/// Within the opening's transaction.
pub fn open_all(
    tx: &mut Tx,
    actor: &Actor,
    round: &Round,
    secret: Option<&RoundSecret>,
) -> Result<Opened> {
    let now = tx.now();
    let mut opened = Opened::default();
    let mut after = BidId(0);
    loop {
        let part = store::in_state_after(tx, round.id, BidState::Submitted, after, PART)?;
        let Some(last) = part.last() else { break };
        after = last.id;
        let organizations: Vec<OrganizationId> =
            part.iter().map(|bid| bid.organization_id).collect();
        let names = people::names(tx, &organizations)?;
        let ids: Vec<BidId> = part.iter().map(|bid| bid.id).collect();
        let secrets = sealing::open_by_round(tx, actor, secret, &ids)?;
        let read: Vec<(Bid, Option<Payload>)> = part
            .into_iter()
            .map(|bid| {
                let payload = intact(&bid, secrets.get(&bid.id));
                (bid, payload)
            })
            .collect();
        let leaders: Vec<UserId> = read
            .iter()
            .filter_map(|(_, payload)| payload.as_ref().and_then(|(_, s)| s.content.team.leader))
            .collect();
        let leaders: HashMap<UserId, String> = people::user_names(tx, &leaders)?;
        for (bid, payload) in read {
            let organization = names.get(&bid.organization_id).cloned().unwrap_or_default();
            let digest = bid.digest.clone().unwrap_or_default();
            match payload.and_then(|(payload, sealed)| {
                let topic = sealed.content.topic_id?;
                Some((payload, topic, sealed))
            }) {
                Some((payload, topic, sealed)) => {
                    let content = &sealed.content;
                    let leader = content
                        .team
                        .leader
                        .and_then(|id| leaders.get(&id))
                        .cloned()
                        .unwrap_or_default();
                    store::spread(
                        tx,
                        bid.id,
                        &store::Spread {
                            payload: &payload,
                            topic,
                            title: &content.title,
                            leader: &leader,
                            budget: content.budget_total(),
                        },
                        now,
                    )?;
                    if let Some(secret) = secrets.get(&bid.id) {
                        files::reveal(tx, bid.id, secret, |row| sealed.names(row))?;
                    }
                    opened.lines.push(OpenedLine {
                        bid: bid.id,
                        organization,
                        title: sealed.content.title,
                        digest,
                    });
                }
                None => {
                    store::void(tx, &bid, "开标核对时，内容与提交时的摘要不一致。", now)?;
                    opened.broken.push(OpenedLine {
                        bid: bid.id,
                        organization,
                        title: String::new(),
                        digest,
                    });
                }
            }
        }
    }
    unlock_withdrawn(tx, actor, round, secret)?;
    Ok(opened)
}

/// What was withdrawn stays its bidder's own, but nothing stays locked by a round that is opened.
fn unlock_withdrawn(
    tx: &mut Tx,
    actor: &Actor,
    round: &Round,
    secret: Option<&RoundSecret>,
) -> Result<()> {
    let mut after = BidId(0);
    loop {
        let part = store::in_state_after(tx, round.id, BidState::Withdrawn, after, PART)?;
        let Some(last) = part.last() else {
            return Ok(());
        };
        after = last.id;
        let ids: Vec<BidId> = part.iter().map(|bid| bid.id).collect();
        sealing::open_by_round(tx, actor, secret, &ids)?;
    }
}

/// The payload, if its digest is the one recorded at submission.
pub fn intact(bid: &Bid, secret: Option<&BidSecret>) -> Option<Payload> {
    let bytes = bid.sealed.as_deref()?;
    let payload = match secret {
        Some(secret) => secret.decrypt(bytes).ok()?,
        None => bytes.to_vec(),
    };
    if sha256_hex(&payload) != bid.digest.as_deref()? {
        return None;
    }
    let sealed = serde_json::from_slice(&payload).ok()?;
    Some((payload, sealed))
}

/// Submitted bids still sealed to an earlier key of the round.
pub fn not_sealed_again(c: &mut Conn, round: RoundId) -> Result<i64> {
    let earlier = sealing::earlier_keys(c, round)?;
    store::topics::submitted_under(c, earlier)
}

/// Whether the bid is sealed to a key of the round that is no more.
pub fn waits(c: &mut Conn, bid: &Bid) -> Result<bool> {
    Ok(
        bid.state == BidState::Submitted
            && sealing::unsealed_count(c, bid.round_id, &[bid.id])? > 0,
    )
}
