//! What is shown of a joint bid beside the bids in it: who goes together, and what the panel reads with the lead's.

use serde::Serialize;

use super::scene::JointScene;
use super::{JointState, rules, store};
use crate::bids::{self, Bid};
use crate::clock::show_instant;
use crate::db::Conn;
use crate::error::Result;
use crate::failed::rules::JointAnswer;
use crate::ids::{BidId, JointId};
use crate::seats::Veil;
use crate::who::Actor;

pub fn tone(state: JointState) -> &'static str {
    match state {
        JointState::Asked => "amber",
        JointState::Merged => "green",
        JointState::Declined | JointState::Withdrawn => "",
    }
}

/// A member on a page.
#[derive(Debug, Serialize)]
pub struct Line {
    pub bid_id: BidId,
    pub organization: String,
    pub title: String,
    pub lead: bool,
    /// Whether this person reads the bid.
    pub open: bool,
    pub answer: &'static str,
    pub tone: &'static str,
    pub reason: String,
    pub at: String,
}

pub fn lines(actor: &Actor, on: &JointScene) -> Vec<Line> {
    on.members
        .iter()
        .map(|member| Line {
            bid_id: member.bid_id,
            organization: member.organization.clone(),
            title: member.title.clone().unwrap_or_default(),
            lead: member.bid_id == on.joint.lead_bid_id,
            open: on.overseen
                || on.joint.state == JointState::Merged
                || actor.acts_for(member.organization_id),
            answer: match (member.answer, on.joint.state) {
                (Some(answer), _) => answer.label(),
                (None, JointState::Asked) => "待答复",
                (None, _) => "未答复",
            },
            tone: match member.answer {
                Some(JointAnswer::Agreed) => "green",
                Some(JointAnswer::Declined) => "red",
                None => "",
            },
            reason: member.reason.clone().unwrap_or_default(),
            at: member.answered_at.map(show_instant).unwrap_or_default(),
        })
        .collect()
}

/// On the page of a bid: what it is asked about or has joined.
#[derive(Debug, Serialize)]
pub struct Notice {
    pub id: JointId,
    pub state: &'static str,
    pub label: &'static str,
    pub tone: &'static str,
    pub statement: String,
    pub lines: Vec<Line>,
    /// This bid went into another's.
    pub within: bool,
    /// An answer is owed by this person's organization.
    pub waits: bool,
}

/// Nothing if the bid goes on alone, or this person may not know.
pub fn notice(c: &mut Conn, actor: &Actor, bid: &Bid, veil: &Veil) -> Result<Option<Notice>> {
    if !bid.state.is_readable() {
        return Ok(None);
    }
    let Some(joint) = store::of_bid(c, bid.id)? else {
        return Ok(None);
    };
    let on = JointScene::of(c, actor, joint)?;
    let merged = on.joint.state == JointState::Merged;
    let concerned = on.concerns(actor);
    if !merged && !on.overseen && !concerned {
        return Ok(None);
    }
    // It names who bids: whoever reads the bid without names reads it from the lock on.
    if !concerned && veil.lies() {
        return Ok(None);
    }
    Ok(Some(Notice {
        id: on.joint.id,
        state: on.joint.state.as_str(),
        label: on.joint.state.label(),
        tone: tone(on.joint.state),
        statement: on.joint.statement.clone(),
        within: merged && on.joint.lead_bid_id != bid.id,
        waits: rules::still_asked(on.joint.state).is_ok()
            && on
                .signed_by(actor)
                .iter()
                .any(|member| member.answer.is_none()),
        lines: lines(actor, &on),
    }))
}

/// A partner's bid as it was opened.
#[derive(Debug, Serialize)]
pub struct PartnerShown {
    pub organization: String,
    pub title: String,
    pub content: bids::ContentShown,
}

/// What the panel reads beside the lead's bid.
#[derive(Debug, Serialize)]
pub struct Beside {
    pub statement: String,
    pub partners: Vec<PartnerShown>,
}

/// The rest of a joint bid, by its lead's and under the same veil; nothing of one that goes on alone.
pub fn beside(c: &mut Conn, lead: &Bid, veil: &Veil) -> Result<Option<Beside>> {
    let Some(joint) = store::of_bid(c, lead.id)? else {
        return Ok(None);
    };
    if joint.state != JointState::Merged || joint.lead_bid_id != lead.id {
        return Ok(None);
    }
    let members = store::members(c, &[joint.id])?;
    let ids: Vec<BidId> = members
        .iter()
        .map(|member| member.bid_id)
        .filter(|id| *id != lead.id)
        .collect();
    let mut partners = Vec::new();
    for bid in bids::by_ids(c, &ids)? {
        let (Some(sealed), Some(member)) = (
            bids::sealed_of(&bid)?,
            members.iter().find(|member| member.bid_id == bid.id),
        ) else {
            continue;
        };
        partners.push(PartnerShown {
            organization: veil.name(&member.organization),
            title: veil.text(member.title.as_deref().unwrap_or_default()),
            content: bids::content_shown(c, &bid, &sealed.content.under(veil))?,
        });
    }
    Ok(Some(Beside {
        statement: veil.text(&joint.statement),
        partners,
    }))
}
