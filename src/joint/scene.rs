//! A joint bid as one person may know of it, and a round in which some may be proposed.

use super::store::{self, Member, Merger};
use super::view::MergerShown;
use super::{MergerState, rules};
use crate::audit::{self, Chain, Event};
use crate::bids;
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::{MergerId, RoundId};
use crate::people;
use crate::rounds::{self, Round};
use crate::verbs::{Scene, Subject};
use crate::who::policy::OVERSEERS;
use crate::who::{Actor, Role, policy};

/// A merger with all that belongs to it.
pub struct JointScene {
    pub merger: Merger,
    pub round: Round,
    pub committee_path: String,
    /// The lead first.
    pub members: Vec<Member>,
    /// Office, secretary or supervisor over the round.
    pub overseen: bool,
}

impl JointScene {
    /// Without asking who wants to see it.
    pub fn of(c: &mut Conn, actor: &Actor, merger: Merger) -> Result<Self> {
        let round = rounds::find(c, merger.round_id)?;
        let committee_path = people::organization(c, round.committee_id)?.path;
        let mut members = store::members(c, &[merger.id])?;
        members.sort_by_key(|member| member.bid_id != merger.lead_bid_id);
        Ok(Self {
            overseen: actor.holds_any(OVERSEERS, &committee_path),
            merger,
            round,
            committee_path,
            members,
        })
    }

    pub fn lead(&self) -> Option<&Member> {
        self.members
            .iter()
            .find(|member| member.bid_id == self.merger.lead_bid_id)
    }

    /// Members of organizations this person signs for.
    pub fn signed_by(&self, actor: &Actor) -> Vec<&Member> {
        self.members
            .iter()
            .filter(|member| actor.holds_at(Role::BranchSecretary, member.organization_id))
            .collect()
    }

    pub fn concerns(&self, actor: &Actor) -> bool {
        self.members
            .iter()
            .any(|member| actor.acts_for(member.organization_id))
    }

    /// Still asked about, while there is time.
    pub fn open(&self, now: Instant) -> Result<()> {
        rules::still_asked(self.merger.state)?;
        Ok(rules::in_time(self.round.state_at(now))?)
    }
}

impl Scene for JointScene {
    type Id = MergerId;

    fn turn(tx: &mut Tx, id: &MergerId) -> Result<()> {
        let round = store::find(tx, *id)?.round_id;
        rounds::turn(tx, round).map(|_| ())
    }

    /// Known to those over the round and to those it concerns; once merged, to whoever reads the lead's bid.
    fn load(c: &mut Conn, actor: &Actor, id: &MergerId) -> Result<Self> {
        policy::business_person(actor)?;
        let merger = store::find(c, *id)?;
        let joint = Self::of(c, actor, merger)?;
        if joint.overseen || joint.concerns(actor) {
            return Ok(joint);
        }
        if joint.merger.state == MergerState::Merged {
            let (bid, _) = bids::visible(c, actor, joint.merger.lead_bid_id)?;
            // It names who bids: the panel of a blind round reads it from the lock on.
            if bids::blind::covers(c, actor, &bid)? {
                return Err(Error::NotFound);
            }
            return Ok(joint);
        }
        Err(Error::NotFound)
    }

    fn version(&self) -> i64 {
        self.merger.version
    }
}

impl Subject for JointScene {
    type Shown = MergerShown;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<MergerShown> {
        Ok(MergerShown::of(self.merger.clone(), self.members.clone()))
    }

    fn event(&self, verb: audit::Verb) -> Event {
        event(verb, &self.merger, &self.round)
    }

    fn href(&self) -> String {
        format!("/mergers/{}", self.merger.id)
    }
}

/// An event about a merger, on the chain of the round's committee.
pub(super) fn event(verb: audit::Verb, merger: &Merger, round: &Round) -> Event {
    let chain = Chain::Committee(round.committee_id);
    Event::new(verb, chain, "merger", merger.id.0)
        .round(round.id)
        .version(merger.version)
}

/// A round some of whose bids may go on as one.
pub struct Proposing {
    pub round: Round,
    pub committee_path: String,
}

impl Scene for Proposing {
    type Id = RoundId;

    fn turn(tx: &mut Tx, id: &RoundId) -> Result<()> {
        rounds::turn(tx, *id).map(|_| ())
    }

    fn load(c: &mut Conn, actor: &Actor, id: &RoundId) -> Result<Self> {
        let round = rounds::visible(c, actor, *id)?;
        Ok(Self {
            committee_path: people::organization(c, round.committee_id)?.path,
            round,
        })
    }

    fn version(&self) -> i64 {
        self.round.version
    }
}
