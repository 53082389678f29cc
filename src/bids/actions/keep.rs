//! Saving what somebody typed while they could, although they no longer can: nothing typed is ever lost.

use crate::bids::scene::BidScene;
use crate::bids::{BidContent, BidState, store};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{BidId, RevisionId};
use crate::sealing;
use crate::verbs::Scene;
use crate::who::Actor;

/// What became of typed words.
pub enum Saved {
    /// They are the draft now.
    Draft(Box<BidScene>),
    /// The bid is opened: they are a revision of this number, for its own people to read and copy from. What was
    /// submitted stays what it was.
    Late(i64),
}

/// Like [`crate::bids::verbs::Save`], and after the opening still a revision.
pub fn keep(
    tx: &mut Tx,
    actor: &Actor,
    id: BidId,
    version: i64,
    content: &BidContent,
) -> Result<Saved> {
    let on = BidScene::load(tx, actor, &id)?;
    on.by_drafters(actor)?;
    let bid = on.bid.clone();
    match bid.state {
        BidState::Draft | BidState::Submitted | BidState::Withdrawn => {
            if bid.version != version {
                return Err(Error::stale());
            }
            let bid = super::write_draft(tx, actor, bid, content)?;
            return Ok(Saved::Draft(Box::new(BidScene { bid, ..on })));
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
