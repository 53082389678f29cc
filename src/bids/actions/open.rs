//! Opening all bids of a round: digests checked, facts spread into columns.

use std::collections::HashMap;

use crate::audit::sha256_hex;
use crate::bids::rules::Sealed;
use crate::bids::{Bid, store};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, UserId};
use crate::people;
use crate::rounds::Round;

/// One bid in the opening minute.
pub struct OpenedLine {
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

/// Within the opening's transaction.
pub fn open_all(tx: &mut Tx, round: &Round) -> Result<Opened> {
    let now = tx.now();
    let mut opened = Opened::default();
    let mut after = BidId(0);
    loop {
        let part = store::submitted_after(tx, round.id, after, PART)?;
        let Some(last) = part.last() else { break };
        after = last.id;
        let organizations: Vec<OrganizationId> =
            part.iter().map(|bid| bid.organization_id).collect();
        let names = people::names(tx, &organizations)?;
        let read: Vec<(Bid, Option<Sealed>)> = part
            .into_iter()
            .map(|bid| (intact(&bid), bid))
            .map(|(s, b)| (b, s))
            .collect();
        let leaders: Vec<UserId> = read
            .iter()
            .filter_map(|(_, sealed)| sealed.as_ref().and_then(|s| s.content.team.leader))
            .collect();
        let leaders: HashMap<UserId, String> = people::user_names(tx, &leaders)?;
        for (bid, sealed) in read {
            let organization = names.get(&bid.organization_id).cloned().unwrap_or_default();
            let digest = bid.digest.clone().unwrap_or_default();
            match sealed
                .and_then(|sealed| sealed.content.topic_id.map(|topic| (topic, sealed.content)))
            {
                Some((topic, content)) => {
                    let leader = content
                        .team
                        .leader
                        .and_then(|id| leaders.get(&id))
                        .cloned()
                        .unwrap_or_default();
                    store::spread(
                        tx,
                        bid.id,
                        topic,
                        &content.title,
                        &leader,
                        content.budget_total(),
                        now,
                    )?;
                    opened.lines.push(OpenedLine {
                        organization,
                        title: content.title,
                        digest,
                    });
                }
                None => {
                    store::void(tx, &bid, "开标核对时，内容与提交时的摘要不一致。", now)?;
                    opened.broken.push(OpenedLine {
                        organization,
                        title: String::new(),
                        digest,
                    });
                }
            }
        }
    }
    Ok(opened)
}

/// The payload, if its digest is the one recorded at submission.
fn intact(bid: &Bid) -> Option<Sealed> {
    let bytes = bid.sealed.as_deref()?;
    let recorded = bid.digest.as_deref()?;
    if sha256_hex(bytes) != recorded {
        return None;
    }
    serde_json::from_slice(bytes).ok()
}
