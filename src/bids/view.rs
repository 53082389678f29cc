//! How bids are shown: to programs and on pages.

use serde::Serialize;
use utoipa::ToSchema;

use super::scene::{BidScene, KeysScene};
use super::{BidContent, BidState, actions, attached};
use crate::audit::{self, Chain, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, UserId};
use crate::people;
use crate::sealing;
use crate::seats::Veiled;
use crate::verbs::Subject;
use crate::who::Actor;

/// One bid, as its own people or (after the opening) its readers see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BidShown {
    pub id: BidId,
    pub round_id: RoundId,
    /// `null`, and the name covered, for whoever reads a blind round without names until the lock.
    #[schema(value_type = Option<OrganizationId>)]
    pub organization_id: Veiled<OrganizationId>,
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

impl Subject for BidScene {
    type Shown = BidShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<BidShown> {
        let (bid, veil) = (&self.bid, &self.veil);
        let own = actor.acts_for(bid.organization_id);
        let content = actions::content_of(c, actor, bid, veil)?;
        let draft_differs = match actions::own_submission(c, actor, bid)? {
            Some(sealed) if bid.state == BidState::Submitted => {
                Some(&sealed.content) != content.as_ref() || attached::differ(c, bid)?
            }
            Some(_) | None => false,
        };
        let names = people::names(c, &[bid.organization_id])?;
        let name = names.get(&bid.organization_id);
        Ok(BidShown {
            id: bid.id,
            round_id: bid.round_id,
            organization_id: veil.veiled(bid.organization_id),
            organization: veil.name(name.map_or("", String::as_str)),
            state: bid.state,
            locked: content.is_none(),
            content: content.unwrap_or_default(),
            draft_differs,
            seal_again: own && actions::waits(c, bid)?,
            digest: bid.digest.clone(),
            receipt: bid.receipt.clone().filter(|_| own),
            submitted_at: bid.submitted_at,
            saved_at: bid.draft_saved_at,
            void_reason: bid.void_reason.as_deref().map(|reason| veil.text(reason)),
            version: bid.version,
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        actions::event(verb, &self.bid, &self.round, self.bid.version)
    }

    fn href(&self) -> String {
        format!("/bids/{}", self.bid.id)
    }
}

/// Who of an organization can read its sealed bids.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyHolders {
    pub items: Vec<KeyHolder>,
}

/// One who drafts or submits for the organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyHolder {
    pub user_id: UserId,
    #[schema(example = "贾永强")]
    pub name: String,
    pub post: String,
    /// Can read every sealed bid the asking colleague can.
    pub holds: bool,
    /// Has a key of their own to be granted to.
    pub ready: bool,
    /// Who let them in; none for those who held the key from its beginning.
    pub let_in_by: Option<String>,
    pub let_in_at: Option<Instant>,
}

impl Subject for KeysScene {
    type Shown = KeyHolders;

    fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<KeyHolders> {
        let people = people::acting_for(c, self.organization.id)?;
        let known = people::users(c, &people)?;
        let holders = sealing::holders(c, actor, self.organization.id, &people)?;
        let by: Vec<UserId> = holders
            .iter()
            .filter_map(|holder| holder.let_in.as_ref()?.by)
            .collect();
        let names = people::user_names(c, &by)?;
        let items = holders.into_iter().filter_map(|holder| {
            let user = known.iter().find(|user| user.id == holder.user_id)?;
            Some(KeyHolder {
                user_id: user.id,
                name: user.name.clone(),
                post: user.post.clone(),
                holds: holder.holds,
                ready: holder.ready,
                let_in_by: holder
                    .let_in
                    .as_ref()
                    .and_then(|one| names.get(&one.by?).cloned()),
                let_in_at: holder.let_in.map(|one| one.at),
            })
        });
        Ok(KeyHolders {
            items: items.collect(),
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        let chain = Chain::Committee(self.organization.committee_id);
        let id = self.organization.id;
        Event::new(verb, chain, "organization", id.0).organization(id)
    }

    fn href(&self) -> String {
        format!("/organizations/{}/keys", self.organization.id)
    }

    fn address(&self) -> String {
        format!("/api/v1/organizations/{}/key_holders", self.organization.id)
    }
}
