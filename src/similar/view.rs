//! How pairs are shown to programs.

use std::collections::HashSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::read::{self, Facts, PairScene, Reader};
use super::rules::{self, Passage, Place, SameField, Segment};
use super::store::{self, Pair, Search};
use crate::audit::{self, Chain, Event};
use crate::bids;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{BidId, OrganizationId, RoundId, TopicId};
use crate::verbs::Subject;
use crate::web::Listing;
use crate::who::Actor;

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
    #[serde(flatten)]
    pub pair: Pair,
    pub left: SideShown,
    pub right: SideShown,
    /// The longest, at most twenty.
    pub passages: Vec<PassageShown>,
    /// Fields that say the same word for word, whatever the rest.
    pub same: Vec<SameShown>,
}

/// A field in which both say the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct SameShown {
    pub code: SameField,
    #[schema(example = "问题相同")]
    pub label: &'static str,
    #[schema(example = "破什么难题")]
    pub field: &'static str,
}

/// Similar bids of a round; `search` is null as long as nobody searched.
#[derive(Debug, Serialize, ToSchema)]
pub struct SimilarShown {
    pub items: Vec<PairShown>,
    pub next_cursor: Option<String>,
    pub search: Option<Search>,
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
        let same = rules::same_fields(&left, &right, common).into_iter();
        Ok(Some(Self {
            same: same
                .map(|code| SameShown {
                    code,
                    label: code.label(),
                    field: code.segment(),
                })
                .collect(),
            pair: pair.clone(),
            left: one,
            right: other,
            passages: rules::passages(&left, &right, common)
                .iter()
                .take(PASSAGES)
                .map(|found| passage(&left, &right, found))
                .collect(),
        }))
    }
}

/// A page of pairs.
pub fn listing(
    c: &mut Conn,
    reader: &Reader,
    after: i64,
    limit: i64,
) -> Result<Listing<PairShown>> {
    let rows = store::pairs(c, reader.round.id, &reader.except, after, limit + 1)?;
    let facts = read::facts(c, &reader.round, &rows)?;
    let common = read::common(c, reader.round.id)?;
    let Listing { items, next_cursor } = Listing::new(rows, limit, |pair| pair.position);
    let items = items
        .iter()
        .filter_map(|pair| PairShown::of(&facts, &common, pair).transpose())
        .collect::<Result<Vec<_>>>()?;
    Ok(Listing { items, next_cursor })
}

impl Subject for PairScene {
    type Shown = PairShown;

    fn shown(&self, c: &mut Conn, _: &Actor, _: Instant) -> Result<PairShown> {
        let facts = read::facts(c, &self.reader.round, std::slice::from_ref(&self.pair))?;
        let common = read::common(c, self.reader.round.id)?;
        PairShown::of(&facts, &common, &self.pair)?.ok_or(Error::NotFound)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        let chain = Chain::Committee(self.reader.round.committee_id);
        Event::new(verb, chain, "similar_pair", self.pair.id.0).round(self.pair.round_id)
    }

    fn href(&self) -> String {
        format!("/rounds/{}/similar/{}", self.pair.round_id, self.pair.id)
    }
}
