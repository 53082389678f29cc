//! What is written in a draft: kept in revisions, checked for what it refers to.

use crate::bids::{Bid, BidContent, store};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{RevisionId, RoundId, UserId};
use crate::people::{self, Organization};
use crate::rounds;
use crate::sealing;
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
    let version = store::save_draft(tx, &bid, &bytes, now)?;
    let (id, revision) = (RevisionId::fresh(now), bid.draft_revision + 1);
    store::insert_revision(tx, id, bid.id, revision, &bytes, user, now)?;
    Ok(Bid {
        draft: bytes,
        draft_revision: revision,
        draft_saved_at: now,
        version,
        updated_at: now,
        ..bid
    })
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
