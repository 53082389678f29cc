//! How pairs are shown to programs.

use std::collections::HashSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::actions::{Facts, Reader};
use super::rules::{self, Passage, Place, Segment};
use super::store::{Pair, Search};
use super::{PairDecision, PairKind};
use crate::bids;
use crate::clock::Instant;
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, SimilarPairId, TopicId};
use crate::web::Listing;

/// Passages shown of one pair in a list.
const PASSAGES: usize = 20;

/// One of the two bids.
#[derive(Debug, Serialize, ToSchema)]
pub struct SideShown {
    pub bid_id: BidId,
    pub round_id: RoundId,
    pub round: String,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub topic_id: Option<TopicId>,
    /// Of the round itself; empty for an earlier round's bid.
    pub topic: String,
    pub title: String,
}

/// Where a passage stands: characters `start` to before `end` of a field.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlaceShown {
    #[schema(example = "破什么难题")]
    pub field: String,
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PassageShown {
    /// As the first bid writes it.
    pub text: String,
    pub left: PlaceShown,
    pub right: PlaceShown,
}

/// Two bids that say the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct PairShown {
    pub id: SimilarPairId,
    pub kind: PairKind,
    /// Hundredths of a per cent of what both say together, 0 to 10,000.
    #[schema(minimum = 0, maximum = 10_000)]
    pub score: i64,
    /// The same of the shorter one alone.
    #[schema(minimum = 0, maximum = 10_000)]
    pub contained: i64,
    pub decision: PairDecision,
    pub reason: String,
    pub decided_at: Option<Instant>,
    pub left: SideShown,
    pub right: SideShown,
    /// The longest, at most twenty.
    pub passages: Vec<PassageShown>,
    pub version: i64,
}

/// What the last search did.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchShown {
    pub round_id: RoundId,
    pub bids: i64,
    pub earlier_bids: i64,
    pub pairs: i64,
    pub searched_at: Instant,
}

impl From<&Search> for SearchShown {
    fn from(search: &Search) -> Self {
        Self {
            round_id: search.round_id,
            bids: search.bids,
            earlier_bids: search.earlier,
            pairs: search.pairs,
            searched_at: search.searched_at,
        }
    }
}

/// Similar bids of a round; `search` is null as long as nobody searched.
#[derive(Debug, Serialize, ToSchema)]
pub struct SimilarShown {
    pub items: Vec<PairShown>,
    pub next_cursor: Option<String>,
    pub search: Option<SearchShown>,
}

fn side(facts: &Facts, id: BidId) -> Option<SideShown> {
    let bid = facts.bids.get(&id)?;
    Some(SideShown {
        bid_id: id,
        round_id: bid.round_id,
        round: facts.rounds.get(&bid.round_id).cloned().unwrap_or_default(),
        organization_id: bid.organization_id,
        organization: facts
            .organizations
            .get(&bid.organization_id)
            .cloned()
            .unwrap_or_default(),
        topic_id: bid.topic_id,
        topic: bid
            .topic_id
            .and_then(|topic| facts.topics.get(&topic).cloned())
            .unwrap_or_default(),
        title: bid.title.clone().unwrap_or_default(),
    })
}

/// The fields of a bid as they are compared.
pub fn segments(facts: &Facts, id: BidId) -> Result<Vec<Segment>> {
    let Some(bid) = facts.bids.get(&id) else {
        return Ok(Vec::new());
    };
    Ok(bids::sealed_of(bid)?
        .map(|sealed| rules::segments(&sealed.content))
        .unwrap_or_default())
}

fn place(segments: &[Segment], place: Place) -> PlaceShown {
    PlaceShown {
        field: segments
            .get(place.segment)
            .map(|segment| segment.label.clone())
            .unwrap_or_default(),
        start: place.start,
        end: place.end,
    }
}

fn passage(left: &[Segment], right: &[Segment], passage: &Passage) -> PassageShown {
    let text = left
        .get(passage.left.segment)
        .map(|segment| {
            segment
                .text
                .chars()
                .skip(passage.left.start)
                .take(passage.left.end - passage.left.start)
                .collect()
        })
        .unwrap_or_default();
    PassageShown {
        text,
        left: place(left, passage.left),
        right: place(right, passage.right),
    }
}

impl PairShown {
    pub fn of(facts: &Facts, common: &HashSet<u64>, pair: &Pair) -> Result<Option<Self>> {
        let (left, right) = (
            segments(facts, pair.bid_id)?,
            segments(facts, pair.other_id)?,
        );
        let (Some(one), Some(other)) = (side(facts, pair.bid_id), side(facts, pair.other_id))
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            id: pair.id,
            kind: pair.kind,
            score: pair.jaccard,
            contained: pair.contained,
            decision: pair.decision,
            reason: pair.reason.clone(),
            decided_at: pair.decided_at,
            left: one,
            right: other,
            passages: rules::passages(&left, &right, common)
                .iter()
                .take(PASSAGES)
                .map(|found| passage(&left, &right, found))
                .collect(),
            version: pair.version,
        }))
    }
}

/// A page of pairs.
pub fn listing(
    c: &mut crate::db::Conn,
    reader: &Reader,
    after: i64,
    limit: i64,
) -> Result<Listing<PairShown>> {
    let rows = super::actions::pairs(c, reader, after, limit + 1)?;
    let facts = super::actions::facts(c, &reader.round, &rows)?;
    let common = super::actions::common(c, reader.round.id)?;
    let Listing { items, next_cursor } = Listing::new(rows, limit, |pair| pair.position);
    let items = items
        .iter()
        .filter_map(|pair| PairShown::of(&facts, &common, pair).transpose())
        .collect::<Result<Vec<_>>>()?;
    Ok(Listing { items, next_cursor })
}
