//! A bid as one person may know of it, one of its earlier revisions, and whose keys read an organization's bids.

use super::actions;
use super::rules::{self, Action};
use super::{Bid, BidContent, Seen, store};
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, OrganizationId};
use crate::people::{self, Organization};
use crate::rounds::{self, Round};
use crate::sealing;
use crate::seats::Veil;
use crate::verbs::{self, Scene};
use crate::who::{Actor, policy};

pub struct BidScene {
    pub bid: Bid,
    pub round: Round,
    /// What its reader may know of it.
    pub veil: Veil,
    /// Roles are held against it.
    pub committee_path: String,
    /// Whether its organization still bids.
    pub in_use: Result<(), Refusal>,
}

impl BidScene {
    /// Those who draft for the organization.
    pub fn by_drafters(&self, actor: &Actor) -> Result<()> {
        policy::may_act_for(actor, self.bid.organization_id)
    }

    /// Its secretary.
    pub fn by_secretary(&self, actor: &Actor) -> Result<()> {
        policy::may_sign_for(actor, self.bid.organization_id)
    }

    /// Also after the deadline, so that nothing typed is ever lost; only submitting is over then.
    pub fn takes_words(&self) -> Result<()> {
        self.in_use.clone()?;
        Ok(rules::next(self.bid.state, Action::Save).map(|_| ())?)
    }

    /// What was submitted cannot be changed after the deadline, and nothing else would count.
    pub fn takes_files(&self, now: Instant) -> Result<(), Refusal> {
        self.in_use.clone()?;
        rounds::rules::takes_files(self.round.state_at(now), self.round.deadline)
    }

    pub fn takes_bids(&self, now: Instant) -> Result<(), Refusal> {
        self.in_use.clone()?;
        let round = &self.round;
        let state = round.state_at(now);
        rounds::rules::takes_bids(state, round.opens_at, round.deadline, now)
    }
}

impl Scene for BidScene {
    type Id = BidId;

    /// The round's turn comes first, the instant after it: a submission and the opening never overlap.
    fn turn(tx: &mut Tx, id: &BidId) -> Result<()> {
        let round = store::round_of(tx, *id)?;
        rounds::turn(tx, round).map(|_| ())
    }

    fn load(c: &mut Conn, actor: &Actor, id: &BidId) -> Result<Self> {
        let Seen { bid, round, veil } = actions::visible(c, actor, *id)?;
        let committee_path = people::organization(c, round.committee_id)?.path;
        let disabled = verbs::refused(people::in_use(c, bid.organization_id))?;
        Ok(Self {
            in_use: disabled.map_or(Ok(()), Err),
            bid,
            round,
            veil,
            committee_path,
        })
    }

    fn version(&self) -> i64 {
        self.bid.version
    }
}

/// An earlier revision; to everybody but the bid's own people it does not exist.
pub struct RevisionScene {
    pub on: BidScene,
    pub revision: i64,
    bytes: Vec<u8>,
}

impl RevisionScene {
    /// What it said: for those with a key of the organization's.
    pub fn content(&self, c: &mut Conn, actor: &Actor) -> Result<BidContent> {
        let secret = sealing::secret_of(c, actor, self.on.bid.id)?.ok_or_else(sealing::locked)?;
        BidContent::from_bytes(&secret.decrypt(&self.bytes)?)
    }
}

impl Scene for RevisionScene {
    type Id = (BidId, i64);

    fn turn(tx: &mut Tx, (id, _): &(BidId, i64)) -> Result<()> {
        BidScene::turn(tx, id)
    }

    fn load(c: &mut Conn, actor: &Actor, (id, revision): &(BidId, i64)) -> Result<Self> {
        let on = BidScene::load(c, actor, id)?;
        on.by_drafters(actor).map_err(|_| Error::NotFound)?;
        Ok(Self {
            bytes: store::revision(c, *id, *revision)?,
            revision: *revision,
            on,
        })
    }

    fn version(&self) -> i64 {
        self.on.version()
    }
}

/// Who of an organization can read its sealed bids: for its own people; nobody else learns of it.
pub struct KeysScene {
    pub organization: Organization,
}

impl Scene for KeysScene {
    type Id = OrganizationId;

    fn load(c: &mut Conn, actor: &Actor, id: &OrganizationId) -> Result<Self> {
        actor.person()?;
        if !actor.acts_for(*id) {
            return Err(Error::NotFound);
        }
        Ok(Self {
            organization: people::organization(c, *id)?,
        })
    }

    fn version(&self) -> i64 {
        1
    }
}
