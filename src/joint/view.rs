//! How joint bids are shown, to programs and on pages.

use serde::Serialize;
use utoipa::ToSchema;

use super::scene::{self, JointScene};
use super::store::{self, Joint, Member};
use crate::audit::{self, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::JointId;
use crate::people;
use crate::rounds::Round;
use crate::seats;
use crate::verbs::Subject;
use crate::web::Listing;
use crate::who::Actor;
use crate::who::policy::OVERSEERS;

/// One of those that are to go on as one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JointMemberShown {
    #[serde(flatten)]
    pub member: Member,
    pub lead: bool,
}

/// Bids that are asked to go on as one, or do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JointBidShown {
    #[serde(flatten)]
    pub joint: Joint,
    /// The lead first.
    pub members: Vec<JointMemberShown>,
}

impl JointBidShown {
    pub fn of(joint: Joint, members: Vec<Member>) -> Self {
        let members = members.into_iter().map(|member| JointMemberShown {
            lead: member.bid_id == joint.lead_bid_id,
            member,
        });
        Self {
            members: members.collect(),
            joint,
        }
    }
}

/// A page of a round's: all for those over it, else those that concern their own organizations.
pub fn listing(
    c: &mut Conn,
    actor: &Actor,
    round: &Round,
    before: Option<i64>,
    limit: i64,
) -> Result<Listing<JointBidShown>> {
    let path = people::organization(c, round.committee_id)?.path;
    let overseen = actor.holds_any(OVERSEERS, &path) && !seats::blinds(c, actor, round.id)?;
    let own = (!overseen).then(|| actor.own_organizations());
    let found = store::of_round(c, round.id, own, before, limit + 1)?;
    let page = Listing::new(found, limit, |joint| joint.id.0);
    let ids: Vec<JointId> = page.items.iter().map(|joint| joint.id).collect();
    let mut members = store::members(c, &ids)?;
    Ok(page.map(|joint| {
        let mut own: Vec<Member> = members
            .extract_if(.., |member| member.merger_id == joint.id)
            .collect();
        own.sort_by_key(|member| member.bid_id != joint.lead_bid_id);
        JointBidShown::of(joint, own)
    }))
}

impl Subject for JointScene {
    type Shown = JointBidShown;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<JointBidShown> {
        Ok(JointBidShown::of(self.joint.clone(), self.members.clone()))
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(verb, &self.joint, &self.round)
    }

    fn href(&self) -> String {
        format!("/joint/{}", self.joint.id)
    }
}
