//! How joint bids are shown, to programs and on pages.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Member, Merger};
use super::{MergerState, actions};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::failed::rules::JointAnswer;
use crate::ids::{BidId, MergerId, OrganizationId, RoundId};
use crate::web::Listing;
use crate::who::Actor;

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
    pub answered_at: Option<Instant>,
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
    pub proposed_at: Instant,
    pub ended_at: Option<Instant>,
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
                    answered_at: member.answered_at,
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
            proposed_at: merger.proposed_at,
            ended_at: merger.ended_at,
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
