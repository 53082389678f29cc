//! How bids are shown: to programs and on pages.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Bid, BidContent, BidState, actions, attached, blind};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId};
use crate::people;
use crate::who::Actor;

/// One bid, as its own people or (after the opening) its readers see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BidShown {
    pub id: BidId,
    pub round_id: RoundId,
    /// 0, and the name covered, for the panel of a blind round until the lock.
    pub organization_id: OrganizationId,
    pub organization: String,
    pub state: BidState,
    /// Its own people read the draft until the opening, everybody else what was submitted.
    pub content: BidContent,
    /// The content is sealed and this session has no key of the organization: it is left empty.
    pub locked: bool,
    /// The round's key was renewed since: it must be sealed again before the opening.
    pub seal_again: bool,
    /// What was submitted differs from the draft, in words or files: submit again for the draft to count.
    pub draft_differs: bool,
    /// SHA-256 of the sealed payload.
    pub digest: Option<String>,
    /// The bidder's proof of submission; shown to its own people.
    pub receipt: Option<String>,
    pub submitted_at: Option<Instant>,
    pub saved_at: Instant,
    pub void_reason: Option<String>,
    pub version: i64,
}

impl BidShown {
    pub fn of(c: &mut Conn, actor: &Actor, bid: &Bid) -> Result<Self> {
        let own = actor.acts_for(bid.organization_id);
        let content = actions::content_of(c, actor, bid)?;
        let draft_differs = match actions::own_submission(c, actor, bid)? {
            Some(sealed) if bid.state == BidState::Submitted => {
                Some(&sealed.content) != content.as_ref() || attached::differ(c, bid)?
            }
            Some(_) | None => false,
        };
        let names = people::names(c, &[bid.organization_id])?;
        let mask = match blind::covers(c, actor, bid)? {
            true => Some(blind::mask_of(c, bid)?),
            false => None,
        };
        let (organization_id, organization) = match &mask {
            Some(_) => (OrganizationId(0), blind::COVER.to_owned()),
            None => (
                bid.organization_id,
                names.get(&bid.organization_id).cloned().unwrap_or_default(),
            ),
        };
        Ok(Self {
            id: bid.id,
            round_id: bid.round_id,
            organization_id,
            organization,
            state: bid.state,
            locked: content.is_none(),
            content: content.unwrap_or_default(),
            draft_differs,
            seal_again: own && actions::waits(c, bid)?,
            digest: bid.digest.clone(),
            receipt: bid.receipt.clone().filter(|_| own),
            submitted_at: bid.submitted_at,
            saved_at: bid.draft_saved_at,
            void_reason: match (&mask, &bid.void_reason) {
                (Some(mask), Some(reason)) => Some(mask.text(reason)),
                (_, reason) => reason.clone(),
            },
            version: bid.version,
        })
    }
}
