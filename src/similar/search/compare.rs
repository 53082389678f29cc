//! Candidates from signatures, and their exact measures from the texts.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::sign::{PART, grams_of, segments_of};
use crate::bids;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, SimilarSigningId, TopicId};
use crate::similar::PairKind;
use crate::similar::rules::index::{Builder, Index};
use crate::similar::rules::{self, CONTAINED_FROM, Measure, Segment, signature, tally};
use crate::similar::store::{self, Signing};

/// Parts whose bids are held in the index at once: some 10,000 bids, in some 25 MB. A larger round takes more rounds
/// through the signatures.
const BLOCK: i64 = 40;
/// Parts of signatures read at a step: 2,048 bids, some 3 MB.
const PARTS: i64 = 8;
/// Pairs measured at a step.
const PAIRS: usize = 400;
/// Candidates that may wait before they are measured.
const WAITING: usize = 50_000;

/// A bid's topic, what of it counts, and its fields.
type Told = (Option<TopicId>, Vec<u64>, Vec<Segment>);

/// Signatures to be compared with.
#[derive(Clone, Copy)]
pub struct Source {
    pub signing: SimilarSigningId,
    pub bids: i64,
}

impl From<&Signing> for Source {
    fn from(signing: &Signing) -> Self {
        Self {
            signing: signing.signing_id,
            bids: signing.bids,
        }
    }
}

/// One block of the round's own bids on its way past all signatures.
struct Block {
    index: Index,
    /// Own bids by what they say in one field; what many say is a form's.
    fields: HashMap<u64, Vec<BidId>>,
    bids: Vec<BidId>,
    /// Whose signatures are read.
    source: usize,
    /// Its last part read, and how many bids of it.
    after: i64,
    seen: i64,
}

pub struct Comparison {
    /// The round itself first.
    sources: Vec<Source>,
    excluded: HashSet<u64>,
    /// The round's own bids in order, and how many trigrams count of each, at least.
    own: Vec<BidId>,
    sizes: Vec<u32>,
    /// Own parts before the current block.
    before: i64,
    block: Option<Block>,
    candidates: Vec<(BidId, BidId)>,
    found: Vec<Found>,
}

/// What a comparison came to.
pub struct Compared {
    pub own: Vec<BidId>,
    pub excluded: HashSet<u64>,
    pub found: Vec<Found>,
    /// How many earlier bids there are.
    pub earlier: i64,
}

impl Comparison {
    pub fn new(
        sources: Vec<Source>,
        excluded: HashSet<u64>,
        own: Vec<BidId>,
        sizes: Vec<u32>,
    ) -> Self {
        Self {
            sources,
            excluded,
            own,
            sizes,
            before: 0,
            block: None,
            candidates: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Whether the next step measures.
    pub fn measures(&self) -> bool {
        let read = self.block.is_none() && self.position(self.before) >= self.own.len();
        self.candidates.len() >= WAITING || (read && !self.candidates.is_empty())
    }

    /// Goes on; true once all is compared.
    pub fn step(&mut self, c: &mut Conn) -> Result<bool> {
        if self.measures() {
            self.measure(c)?;
            return Ok(false);
        }
        match self.block.take() {
            Some(block) => self.block = self.read(c, block)?,
            None if self.position(self.before) < self.own.len() => {
                self.block = Some(self.index(c)?);
            }
            None => return Ok(true),
        }
        Ok(false)
    }

    pub fn into_compared(mut self) -> Compared {
        self.found.sort_by_key(|one| {
            let alike = one.measure.jaccard.max(one.measure.contained);
            (
                -alike.max(if one.same { CONTAINED_FROM } else { 0 }),
                -one.measure.jaccard,
                one.bid.0,
                one.other,
            )
        });
        Compared {
            earlier: self.sources.iter().skip(1).map(|source| source.bids).sum(),
            own: self.own,
            excluded: self.excluded,
            found: self.found,
        }
    }

    /// Of the first own bid after so many parts.
    fn position(&self, parts: i64) -> usize {
        usize::try_from(parts)
            .unwrap_or(usize::MAX)
            .saturating_mul(PART)
    }

    /// The next block's signatures become an index.
    fn index(&self, c: &mut Conn) -> Result<Block> {
        let own = self.sources.first().ok_or_else(changed)?;
        let mut builder = Builder::new(&self.excluded);
        let mut bids = Vec::new();
        let mut fields: HashMap<u64, Vec<BidId>> = HashMap::new();
        let mut last = self.before;
        while last < self.before + BLOCK {
            let parts = store::parts_after(c, own.signing, last, PARTS)?;
            let Some((part, ..)) = parts.last() else {
                break;
            };
            last = *part;
            for (bid, key) in parts
                .iter()
                .flat_map(|part| signature::unpack_fields(&part.2))
            {
                fields.entry(key).or_default().push(BidId(bid));
            }
            for (bid, values) in parts.iter().flat_map(|part| signature::unpack(&part.1)) {
                let size = self.sizes.get(self.position(self.before) + bids.len());
                builder.add(&values, size.copied().unwrap_or(0));
                bids.push(BidId(bid));
            }
        }
        let expected = self.own.get(self.position(self.before)..);
        let until = self.position(BLOCK).min(expected.map_or(0, <[_]>::len));
        if expected.and_then(|own| own.get(..until)) != Some(bids.as_slice()) {
            return Err(changed());
        }
        let many = usize::from(tally::limit(self.own.len()));
        fields.retain(|_, bids| bids.len() <= many);
        Ok(Block {
            index: builder.build(),
            fields,
            bids,
            source: 0,
            after: self.before,
            seen: 0,
        })
    }

    /// Compares the block with the next signatures; nothing is left of it at their end.
    fn read(&mut self, c: &mut Conn, mut block: Block) -> Result<Option<Block>> {
        let Some(source) = self.sources.get(block.source).copied() else {
            self.before += BLOCK;
            return Ok(None);
        };
        let parts = store::parts_after(c, source.signing, block.after, PARTS)?;
        let mut pairs = BTreeSet::new();
        for (bid, values) in parts.iter().flat_map(|part| signature::unpack(&part.1)) {
            block.seen += 1;
            for place in block.index.candidates(&values) {
                if let Some(own) = block.bids.get(place) {
                    pairs.insert((*own, BidId(bid)));
                }
            }
        }
        for (bid, key) in parts
            .iter()
            .flat_map(|part| signature::unpack_fields(&part.2))
        {
            for own in block.fields.get(&key).into_iter().flatten() {
                pairs.insert((*own, BidId(bid)));
            }
        }
        let counted = pairs
            .into_iter()
            .filter(|(own, bid)| block.source > 0 || own < bid);
        self.candidates.extend(counted);
        match parts.last() {
            Some((part, ..)) => block.after = *part,
            None => {
                // Somebody else has just made this round's signatures anew.
                if block.source > 0 && block.seen != source.bids {
                    return Err(changed());
                }
                block.source += 1;
                (block.after, block.seen) = (0, 0);
            }
        }
        Ok(Some(block))
    }

    /// Measures some candidates exactly.
    fn measure(&mut self, c: &mut Conn) -> Result<()> {
        let from = self.candidates.len().saturating_sub(PAIRS);
        let pairs = self.candidates.split_off(from);
        let mut ids: Vec<BidId> = pairs
            .iter()
            .flat_map(|(own, other)| [*own, *other])
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let mut told: HashMap<BidId, Told> = HashMap::new();
        for ids in ids.chunks(PART) {
            for (id, topic, content) in bids::told(c, ids)? {
                let segments = segments_of(content.as_ref());
                let grams = rules::without(&grams_of(&segments), &self.excluded);
                told.insert(id, (topic, grams, segments));
            }
        }
        for (own, other) in pairs {
            let (Some((topic, one, left)), Some((other_topic, two, right))) =
                (told.get(&own), told.get(&other))
            else {
                continue;
            };
            let measure = rules::measure(one, two);
            let same = !rules::same_fields(left, right, &self.excluded).is_empty();
            let same_round = self.own.binary_search(&other).is_ok();
            if measure.counts() || same {
                self.found.push(Found {
                    kind: if same_round {
                        PairKind::SameRound
                    } else {
                        PairKind::Earlier
                    },
                    bid: (own, *topic),
                    other,
                    other_topic: other_topic.filter(|_| same_round),
                    measure,
                    same,
                });
            }
        }
        Ok(())
    }
}

/// Others' changes were faster: what was found is not of what there is.
pub fn changed() -> Error {
    Refusal::new(
        "bids_changed",
        "查找期间有申报书被废标或者合并，结果没有保存。",
    )
    .remedy("请再查找一次。")
    .into()
}

/// A pair that counts.
pub struct Found {
    pub kind: PairKind,
    pub bid: (BidId, Option<TopicId>),
    pub other: BidId,
    pub other_topic: Option<TopicId>,
    pub measure: Measure,
    /// A field says the same, whatever the rest.
    pub same: bool,
}
