//! What is written in a draft: kept in revisions, checked for what it refers to. Nothing typed is ever lost.

use crate::bids::scene::BidScene;
use crate::bids::{Bid, BidContent, BidState, store};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{BidId, RevisionId, RoundId, UserId};
use crate::people::{self, Organization};
use crate::rounds;
use crate::sealing;
use crate::verbs::Scene;
use crate::who::Actor;

/// Replaces the draft, with one more revision; the same words again change nothing.
pub fn write_draft(tx: &mut Tx, actor: &Actor, bid: Bid, content: &BidContent) -> Result<Bid> {
    let own = people::organization(tx, bid.organization_id)?;
    check_references(tx, &own, bid.round_id, content)?;
    let (now, user) = (tx.now(), actor.person()?.user_id);
    let secret = sealing::secret_to_write(tx, actor, bid.id)?;
    let plain = content.to_bytes()?;
    if plain == secret.decrypt(&bid.draft)? {
        return Ok(bid);
    }
    let bytes = secret.encrypt(&plain)?;
    let (id, revision) = (RevisionId::fresh(now), bid.draft_revision + 1);
    store::insert_revision(tx, id, bid.id, revision, &bytes, user, now)?;
    let new = Bid {
        draft: bytes,
        draft_revision: revision,
        draft_saved_at: now,
        ..bid
    };
    store::update(tx, new, now)
}

/// The topic must be the round's, the team from the organization or below it, what it was copied from its own.
pub fn check_references(
    tx: &mut Tx,
    own: &Organization,
    round: RoundId,
    content: &BidContent,
) -> Result<()> {
    if let Some(topic) = content.topic_id {
        let topics = rounds::topics(tx, round)?;
        if !topics.iter().any(|known| known.id == topic) {
            return Err(Error::field("topic_id", "这个标的不属于本批次。"));
        }
    }
    if let Some(source) = content.copied_from {
        let sources = store::by_ids(tx, &[source])?;
        if !sources
            .iter()
            .any(|source| source.organization_id == own.id)
        {
            return Err(Error::field("copied_from", "只能照抄本组织以前的申报书。"));
        }
    }
    let team = &content.team;
    let named: Vec<UserId> = team.leader.iter().chain(&team.members).copied().collect();
    if named.is_empty() {
        return Ok(());
    }
    let places = people::places(tx, &named)?;
    let outside = |user: &UserId| {
        !places
            .get(user)
            .is_some_and(|path| path.starts_with(&own.path))
    };
    if team.leader.as_ref().is_some_and(outside) {
        return Err(Error::field("team[leader]", "负责人须是本组织的人员。"));
    }
    match team.members.iter().position(outside) {
        Some(index) => Err(Error::field(
            format!("team[members][{index}]"),
            "成员须是本组织的人员。",
        )),
        None => Ok(()),
    }
}

/// What became of typed words.
pub enum Saved {
    /// They are the draft now.
    Draft(Box<BidScene>),
    /// The bid is opened: they are a revision of this number, for its own people to read and copy from. What was
    /// submitted stays what it was.
    Late(i64),
}

/// Saves what somebody typed while they could, although they no longer can: like [`crate::bids::verbs::Save`], and after
/// the opening still a revision.
pub fn keep(
    tx: &mut Tx,
    actor: &Actor,
    id: BidId,
    version: i64,
    content: &BidContent,
) -> Result<Saved> {
    let on = BidScene::load(tx, actor, &id)?;
    on.by_drafters(actor)?;
    on.in_use.clone()?;
    let bid = on.bid.clone();
    match bid.state {
        BidState::Draft | BidState::Submitted | BidState::Withdrawn => {
            if bid.version != version {
                return Err(Error::stale());
            }
            let bid = write_draft(tx, actor, bid, content)?;
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
