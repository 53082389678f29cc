//! How joint bids are shown, to programs and on pages.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Member, Merger};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::MergerId;
use crate::people;
use crate::rounds::Round;
use crate::web::Listing;
use crate::who::Actor;
use crate::who::policy::OVERSEERS;

/// One of those that are to go on as one.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MergerMemberShown {
    #[serde(flatten)]
    pub member: Member,
    pub lead: bool,
}

/// Bids that are asked to go on as one, or do.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MergerShown {
    #[serde(flatten)]
    pub merger: Merger,
    /// The lead first.
    pub members: Vec<MergerMemberShown>,
}

impl MergerShown {
    pub fn of(merger: Merger, members: Vec<Member>) -> Self {
        let members = members.into_iter().map(|member| MergerMemberShown {
            lead: member.bid_id == merger.lead_bid_id,
            member,
        });
        Self {
            members: members.collect(),
            merger,
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
) -> Result<Listing<MergerShown>> {
    let path = people::organization(c, round.committee_id)?.path;
    let overseen = actor.holds_any(OVERSEERS, &path);
    let own = (!overseen).then(|| actor.own_organizations());
    let found = store::of_round(c, round.id, own, before, limit + 1)?;
    let page = Listing::new(found, limit, |merger| merger.id.0);
    let ids: Vec<MergerId> = page.items.iter().map(|merger| merger.id).collect();
    let mut members = store::members(c, &ids)?;
    Ok(page.map(|merger| {
        let mut own: Vec<Member> = members
            .extract_if(.., |member| member.merger_id == merger.id)
            .collect();
        own.sort_by_key(|member| member.bid_id != merger.lead_bid_id);
        MergerShown::of(merger, own)
    }))
}
