//! How joint bids are shown, to programs and on pages.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::actions::{self, Joint};
use super::store::{self, Member, Merger};
use super::{MergerState, rules};
use crate::auth::Actor;
use crate::bids::{self, Bid};
use crate::clock::show_instant;
use crate::db::Conn;
use crate::error::Result;
use crate::failed::rules::JointAnswer;
use crate::ids::{BidId, MergerId, OrganizationId, RoundId};
use crate::web::Listing;

/// One of those that are to go on as one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MergerMemberShown {
    pub bid_id: BidId,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub title: String,
    pub lead: bool,
    pub answer: Option<JointAnswer>,
    /// Of whoever declined.
    pub reason: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
}

/// Bids that are asked to go on as one, or do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MergerShown {
    pub id: MergerId,
    pub round_id: RoundId,
    pub state: MergerState,
    pub lead_bid_id: BidId,
    /// 联合方案.
    pub statement: String,
    /// Why the office proposed it.
    pub reason: String,
    /// SHA-256 over what is agreed to: round, lead, every bid with its own digest, the statement.
    pub digest: String,
    /// Why it came to nothing.
    pub ended_reason: Option<String>,
    pub proposed_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub members: Vec<MergerMemberShown>,
    pub version: i64,
}

impl MergerShown {
    pub fn of(merger: Merger, members: Vec<Member>) -> Self {
        Self {
            members: members
                .into_iter()
                .map(|member| MergerMemberShown {
                    lead: member.bid_id == merger.lead_bid_id,
                    bid_id: member.bid_id,
                    organization_id: member.organization_id,
                    organization: member.organization,
                    title: member.title.unwrap_or_default(),
                    answer: member.answer,
                    reason: member.reason,
                    answered_at: member.answered_at.map(|at| at.and_utc()),
                })
                .collect(),
            id: merger.id,
            round_id: merger.round_id,
            state: merger.state,
            lead_bid_id: merger.lead_bid_id,
            statement: merger.statement,
            reason: merger.reason,
            digest: merger.digest,
            ended_reason: merger.ended_reason,
            proposed_at: merger.proposed_at.and_utc(),
            ended_at: merger.ended_at.map(|at| at.and_utc()),
            version: merger.version,
        }
    }
}

/// A page of a round's, each with its members, the lead first.
pub fn listing(
    c: &mut Conn,
    actor: &Actor,
    round: RoundId,
    before: Option<i64>,
    limit: i64,
) -> Result<(crate::rounds::Round, Listing<MergerShown>)> {
    let (round, found) = actions::list(c, actor, round, before, limit)?;
    let page = Listing::new(found, limit, |merger| merger.id.0);
    let ids: Vec<MergerId> = page.items.iter().map(|merger| merger.id).collect();
    let mut members = store::members(c, &ids)?;
    Ok((
        round,
        page.map(|merger| {
            let mut own: Vec<Member> = members
                .extract_if(.., |member| member.merger_id == merger.id)
                .collect();
            own.sort_by_key(|member| member.bid_id != merger.lead_bid_id);
            MergerShown::of(merger, own)
        }),
    ))
}

pub fn tone(state: MergerState) -> &'static str {
    match state {
        MergerState::Asked => "amber",
        MergerState::Merged => "green",
        MergerState::Declined | MergerState::Withdrawn => "",
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

pub fn lines(actor: &Actor, joint: &Joint) -> Vec<Line> {
    joint
        .members
        .iter()
        .map(|member| Line {
            bid_id: member.bid_id,
            organization: member.organization.clone(),
            title: member.title.clone().unwrap_or_default(),
            lead: member.bid_id == joint.merger.lead_bid_id,
            open: joint.overseen
                || joint.merger.state == MergerState::Merged
                || actor.acts_for(member.organization_id),
            answer: match (member.answer, joint.merger.state) {
                (Some(answer), _) => answer.label(),
                (None, MergerState::Asked) => "待答复",
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
    pub id: MergerId,
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
pub fn notice(c: &mut Conn, actor: &Actor, bid: &Bid) -> Result<Option<Notice>> {
    if !bid.state.is_readable() {
        return Ok(None);
    }
    let Some(merger) = store::of_bid(c, bid.id)? else {
        return Ok(None);
    };
    let joint = actions::joint(c, actor, merger)?;
    let merged = joint.merger.state == MergerState::Merged;
    let concerned = joint.concerns(actor);
    if !merged && !joint.overseen && !concerned {
        return Ok(None);
    }
    // It names who bids: the panel of a blind round reads it from the lock on.
    if !concerned && bids::blind::covers(c, actor, bid)? {
        return Ok(None);
    }
    Ok(Some(Notice {
        id: joint.merger.id,
        state: joint.merger.state.as_str(),
        label: joint.merger.state.label(),
        tone: tone(joint.merger.state),
        statement: joint.merger.statement.clone(),
        within: merged && joint.merger.lead_bid_id != bid.id,
        waits: rules::still_asked(joint.merger.state).is_ok()
            && joint
                .signed_by(actor)
                .iter()
                .any(|member| member.answer.is_none()),
        lines: lines(actor, &joint),
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

/// The rest of a joint bid, by its lead's; nothing of one that goes on alone.
pub fn beside(c: &mut Conn, lead: &Bid) -> Result<Option<Beside>> {
    let Some(merger) = store::of_bid(c, lead.id)? else {
        return Ok(None);
    };
    if merger.state != MergerState::Merged || merger.lead_bid_id != lead.id {
        return Ok(None);
    }
    let members = store::members(c, &[merger.id])?;
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
            organization: member.organization.clone(),
            title: member.title.clone().unwrap_or_default(),
            content: bids::content_shown(c, bid.round_id, &sealed.content)?,
        });
    }
    Ok(Some(Beside {
        statement: merger.statement,
        partners,
    }))
}
