//! A joint bid as one person may know of it, and a round in which some may be proposed.

use super::store::{self, Joint, Member};
use super::{JointState, rules};
use crate::audit::{self, Chain, Event};
use crate::bids;
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::{JointId, RoundId};
use crate::people;
use crate::rounds::{self, Round};
use crate::seats;
use crate::verbs::Scene;
use crate::who::policy::OVERSEERS;
use crate::who::{Actor, Role, policy};

/// A joint with all that belongs to it.
pub struct JointScene {
    pub joint: Joint,
    pub round: Round,
    pub committee_path: String,
    /// The lead first.
    pub members: Vec<Member>,
    /// Office, secretary or supervisor over the round.
    pub overseen: bool,
}

impl JointScene {
    /// Without asking who wants to see it.
    pub fn of(c: &mut Conn, actor: &Actor, joint: Joint) -> Result<Self> {
        let round = rounds::find(c, joint.round_id)?;
        let committee_path = people::organization(c, round.committee_id)?.path;
        let mut members = store::members(c, &[joint.id])?;
        members.sort_by_key(|member| member.bid_id != joint.lead_bid_id);
        Ok(Self {
            overseen: actor.holds_any(OVERSEERS, &committee_path),
            joint,
            round,
            committee_path,
            members,
        })
    }

    pub fn lead(&self) -> Option<&Member> {
        self.members
            .iter()
            .find(|member| member.bid_id == self.joint.lead_bid_id)
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
        rules::still_asked(self.joint.state)?;
        Ok(rules::in_time(self.round.state_at(now))?)
    }
}

impl Scene for JointScene {
    type Id = JointId;

    fn turn(tx: &mut Tx, id: &JointId) -> Result<()> {
        let round = store::find(tx, *id)?.round_id;
        rounds::turn(tx, round).map(|_| ())
    }

    /// Known to those over the round and to those it concerns; once merged, to whoever reads the lead's bid.
    fn load(c: &mut Conn, actor: &Actor, id: &JointId) -> Result<Self> {
        policy::business_person(actor)?;
        let joint = store::find(c, *id)?;
        let on = Self::of(c, actor, joint)?;
        if on.concerns(actor) {
            return Ok(on);
        }
        // It names who bids: whoever reads the round without names reads it from the lock on.
        if seats::blinds(c, actor, on.round.id)? {
            return Err(Error::NotFound);
        }
        if !on.overseen {
            if on.joint.state != JointState::Merged {
                return Err(Error::NotFound);
            }
            bids::visible(c, actor, on.joint.lead_bid_id)?;
        }
        Ok(on)
    }

    fn version(&self) -> i64 {
        self.joint.version
    }
}

/// An event about a joint, on the chain of the round's committee.
pub(super) fn event(verb: audit::Verb, joint: &Joint, round: &Round) -> Event {
    let chain = Chain::Committee(round.committee_id);
    Event::new(verb, chain, "joint", joint.id.0)
        .round(round.id)
        .version(joint.version)
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
