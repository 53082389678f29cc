//! Saving what somebody typed while they could, although they no longer can: nothing typed is ever lost.

use crate::bids::{Bid, BidContent, BidState, store};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{BidId, RevisionId};
use crate::sealing;
use crate::who::{Actor, policy};

/// What became of typed words.
#[derive(Debug)]
pub enum Saved {
    /// They are the draft now.
    Draft(Box<Bid>),
    /// The bid is opened: they are a revision of this number, for its own people to read and copy from. What was
    /// submitted stays what it was.
    Late(i64),
}

/// Like [`super::save`], and after the opening still a revision.
pub fn keep(
    tx: &mut Tx,
    actor: &Actor,
    id: BidId,
    version: i64,
    content: &BidContent,
) -> Result<Saved> {
    let (bid, _) = super::visible(tx, actor, id)?;
    policy::may_act_for(actor, bid.organization_id)?;
    match bid.state {
        BidState::Draft | BidState::Submitted | BidState::Withdrawn => {
            let bid = super::save(tx, actor, id, version, content)?;
            return Ok(Saved::Draft(Box::new(bid)));
        }
        BidState::Opened | BidState::Merged | BidState::Void => {}
    }
    let user = actor.person()?.user_id;
    let now = tx.now();
    let secret = sealing::secret_to_write(tx, actor, id)?;
    let plain = content.to_bytes()?;
    let last = store::revision(tx, id, bid.draft_revision)?;
    if secret.decrypt(&last)? == plain {
        return Ok(Saved::Late(bid.draft_revision));
    }
    let revision = bid.draft_revision + 1;
    store::count_revision(tx, &bid)?;
    let bytes = secret.encrypt(&plain)?;
    store::insert_revision(tx, RevisionId::fresh(now), id, revision, &bytes, user, now)?;
    Ok(Saved::Late(revision))
}
