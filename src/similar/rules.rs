//! When two bids say the same: pure and deterministic.
//!
//! A text is normalised (full and half width, case, no punctuation or blanks) and cut into trigrams of characters.
//! Trigrams of the round's own papers and those that many of its bids share do not count. A MinHash signature of one
//! permutation, cut into bands, finds candidates; a candidate is then measured exactly.

use std::collections::{HashMap, HashSet};

use crate::bids::BidContent;

#[cfg(test)]
mod tests;

/// Characters of one gram.
const GRAM: usize = 3;
/// Values of a signature.
pub const BINS: usize = 384;
/// Values of a band: two bids are candidates if one band is equal.
const BAND: usize = 2;
/// Of so many equal values in the signatures on, a candidate is measured.
const EQUAL_FROM: usize = BINS * 9 / 100;
/// Hundredths of a per cent: of this Jaccard similarity on, a pair is shown.
pub const JACCARD_FROM: i64 = 1500;
/// Of this share of the shorter text on, a pair is shown.
pub const CONTAINED_FROM: i64 = 3500;
/// Fewer common trigrams than this are chance.
const SHARED_FROM: usize = 40;
/// Characters of the shortest common passage.
const PASSAGE_FROM: usize = 6;
/// Of the places where a passage's first characters stand, so many are tried.
const PLACES_TRIED: usize = 32;

/// One field of a bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub label: String,
    pub text: String,
}

/// What of a bid is compared, field by field.
pub fn segments(content: &BidContent) -> Vec<Segment> {
    let targets = content
        .targets
        .iter()
        .map(|one| format!("{}由{}到{}{}", one.name, one.baseline, one.target, one.unit))
        .collect::<Vec<_>>()
        .join("；");
    let mut found = vec![
        ("项目名称".to_owned(), content.title.clone()),
        ("破什么难题".to_owned(), content.problem.clone()),
        ("目标".to_owned(), targets),
    ];
    found.extend(
        content
            .plan
            .iter()
            .map(|step| (format!("六步计划·{}", step.step.label()), step.work.clone())),
    );
    found.extend([
        ("工作业绩".to_owned(), content.track_record.clone()),
        ("信誉".to_owned(), content.credit.clone()),
        ("实施能力".to_owned(), content.capability.clone()),
        ("理论成果".to_owned(), content.outcomes.theoretical.clone()),
        (
            "制度成果".to_owned(),
            content.outcomes.institutional.clone(),
        ),
        ("品牌成果".to_owned(), content.outcomes.brand.clone()),
    ]);
    found
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(label, text)| Segment { label, text })
        .collect()
}

/// A character of a normalised text and where it stood, in characters.
type Normal = (char, usize);

/// Letters and digits alone, of half width and in lower case, with their places.
pub fn normalise(text: &str) -> Vec<Normal> {
    text.chars()
        .enumerate()
        .filter_map(|(at, original)| {
            let half = match original {
                '\u{ff01}'..='\u{ff5e}' => {
                    char::from_u32(u32::from(original) - 0xfee0).unwrap_or(original)
                }
                other => other,
            };
            half.is_alphanumeric()
                .then(|| (half.to_lowercase().next().unwrap_or(half), at))
        })
        .collect()
}

/// Spreads the bits of a number (splitmix64).
fn mix(mut value: u64) -> u64 {
    value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

fn gram_of(window: &[Normal]) -> u64 {
    mix(window
        .iter()
        .fold(0, |key, (letter, _)| (key << 21) | u64::from(*letter)))
}

/// The trigrams of all fields, each once, in order.
pub fn grams<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<u64> {
    let mut found: Vec<u64> = texts
        .into_iter()
        .flat_map(|text| {
            normalise(text)
                .windows(GRAM)
                .map(gram_of)
                .collect::<Vec<_>>()
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Trigrams that more than a fifth of the bids share, or more than a hundred, and in any case more than five: the form's
/// words and the trade's, not a bidder's.
pub fn shared_by_many<'a>(bids: impl ExactSizeIterator<Item = &'a [u64]>) -> HashSet<u64> {
    let limit = (bids.len() / 5).clamp(5, 100);
    let mut times: HashMap<u64, usize> = HashMap::new();
    for grams in bids {
        for gram in grams {
            *times.entry(*gram).or_default() += 1;
        }
    }
    times
        .into_iter()
        .filter(|(_, times)| *times > limit)
        .map(|(gram, _)| gram)
        .collect()
}

/// What counts.
pub fn without(grams: &[u64], excluded: &HashSet<u64>) -> Vec<u64> {
    grams
        .iter()
        .filter(|gram| !excluded.contains(gram))
        .copied()
        .collect()
}

/// The MinHash signature of one permutation: the smallest of each bin; an empty bin borrows from a bin drawn by its
/// number. None of a text without grams.
pub fn signature(grams: &[u64]) -> Option<Vec<u16>> {
    if grams.is_empty() {
        return None;
    }
    let mut bins: Vec<Option<u64>> = vec![None; BINS];
    for gram in grams {
        let value = mix(gram ^ 0x5bd1_e995_7b93_d1f3);
        if let Some(bin) = bins.get_mut(usize::try_from(gram % BINS as u64).unwrap_or(0)) {
            *bin = Some(bin.map_or(value, |smallest| smallest.min(value)));
        }
    }
    let borrowed = |bin: usize| {
        let mut draw = bin as u64;
        loop {
            draw = mix(draw);
            let from = usize::try_from(draw % BINS as u64).unwrap_or(0);
            if let Some(Some(value)) = bins.get(from) {
                return *value;
            }
        }
    };
    Some(
        bins.iter()
            .enumerate()
            .map(|(nth, bin)| (bin.unwrap_or_else(|| borrowed(nth)) & 0xffff) as u16)
            .collect(),
    )
}

pub fn to_bytes(signature: &[u16]) -> Vec<u8> {
    signature
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

pub fn from_bytes(bytes: &[u8]) -> Vec<u16> {
    bytes
        .chunks_exact(2)
        .filter_map(|pair| pair.try_into().ok().map(u16::from_le_bytes))
        .collect()
}

/// A band's values with its number, as one key.
fn bands(signature: &[u16]) -> impl Iterator<Item = u64> {
    signature.chunks_exact(BAND).zip(0u64..).map(|(band, nth)| {
        band.iter()
            .fold(nth, |key, value| (key << 16) | u64::from(*value))
    })
}

fn close(one: &[u16], other: &[u16]) -> bool {
    one.iter().zip(other).filter(|(a, b)| a == b).count() >= EQUAL_FROM
}

/// Bids of one round, to be asked for candidates.
pub struct Index<'a> {
    signatures: &'a [Vec<u16>],
    buckets: HashMap<u64, Vec<usize>>,
}

impl<'a> Index<'a> {
    pub fn new(signatures: &'a [Vec<u16>]) -> Self {
        let mut buckets: HashMap<u64, Vec<usize>> = HashMap::new();
        for (nth, signature) in signatures.iter().enumerate() {
            for key in bands(signature) {
                buckets.entry(key).or_default().push(nth);
            }
        }
        Self {
            signatures,
            buckets,
        }
    }

    /// Places of the bids that may say the same as this one, in order.
    pub fn candidates(&self, signature: &[u16]) -> Vec<usize> {
        let mut found: Vec<usize> = bands(signature)
            .filter_map(|key| self.buckets.get(&key))
            .flatten()
            .copied()
            .collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|nth| {
            self.signatures
                .get(*nth)
                .is_some_and(|other| close(signature, other))
        });
        found
    }
}

/// How alike two texts are; shares in hundredths of a per cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    pub shared: usize,
    /// Of what both say together.
    pub jaccard: i64,
    /// Of what the shorter says.
    pub contained: i64,
}

impl Measure {
    /// Alike enough to be looked at.
    pub fn counts(&self) -> bool {
        self.shared >= SHARED_FROM
            && (self.jaccard >= JACCARD_FROM || self.contained >= CONTAINED_FROM)
    }
}

/// Measures two sorted lists of grams exactly.
pub fn measure(one: &[u64], other: &[u64]) -> Measure {
    let mut rest = other.iter().peekable();
    let mut shared: usize = 0;
    for gram in one {
        while rest.next_if(|next| *next < gram).is_some() {}
        if rest.next_if_eq(&gram).is_some() {
            shared += 1;
        }
    }
    let share =
        |of: usize| i64::try_from((shared * 10_000).checked_div(of).unwrap_or(0)).unwrap_or(0);
    Measure {
        shared,
        jaccard: share(one.len() + other.len() - shared),
        contained: share(one.len().min(other.len())),
    }
}

/// A stretch of one field, in characters of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub segment: usize,
    pub start: usize,
    pub end: usize,
}

/// Words that stand in both bids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    pub left: Place,
    pub right: Place,
    /// Characters that count.
    pub length: usize,
}

/// What stands in both, longest first; words of which most do not count are left out.
pub fn passages(left: &[Segment], right: &[Segment], excluded: &HashSet<u64>) -> Vec<Passage> {
    let normal = |segments: &[Segment]| -> Vec<Vec<Normal>> {
        segments
            .iter()
            .map(|segment| normalise(&segment.text))
            .collect()
    };
    let (left, right) = (normal(left), normal(right));
    let mut starts: HashMap<u64, Vec<(usize, usize)>> = HashMap::new();
    for (segment, text) in left.iter().enumerate() {
        for (at, window) in text.windows(PASSAGE_FROM).enumerate() {
            let places = starts.entry(key_of(window)).or_default();
            if places.len() < PLACES_TRIED {
                places.push((segment, at));
            }
        }
    }
    let mut found = Vec::new();
    for (segment, text) in right.iter().enumerate() {
        let mut at = 0;
        while let Some(window) = text.get(at..at + PASSAGE_FROM) {
            let rest = text.get(at..).unwrap_or_default();
            let longest = starts
                .get(&key_of(window))
                .into_iter()
                .flatten()
                .filter_map(|(segment, start)| {
                    let other = left.get(*segment)?.get(*start..)?;
                    let length = other
                        .iter()
                        .zip(rest)
                        .take_while(|((a, _), (b, _))| a == b)
                        .count();
                    Some((length, *segment, *start))
                })
                .filter(|(length, _, _)| *length >= PASSAGE_FROM)
                .max_by_key(|(length, segment, start)| {
                    (*length, std::cmp::Reverse((*segment, *start)))
                });
            let Some((length, from, start)) = longest else {
                at += 1;
                continue;
            };
            let words = rest.get(..length).unwrap_or_default();
            let grams: Vec<u64> = words.windows(GRAM).map(gram_of).collect();
            let counting = grams.iter().filter(|gram| !excluded.contains(gram)).count();
            if counting * 2 > grams.len()
                && let (Some(left), Some(right)) = (
                    place(left.get(from), from, start, length),
                    place(Some(text), segment, at, length),
                )
            {
                found.push(Passage {
                    left,
                    right,
                    length,
                });
            }
            at += length;
        }
    }
    found.sort_by_key(|passage| std::cmp::Reverse(passage.length));
    found
}

fn key_of(window: &[Normal]) -> u64 {
    window
        .iter()
        .fold(0, |key, (letter, _)| mix(key ^ u64::from(*letter)))
}

fn place(text: Option<&Vec<Normal>>, segment: usize, at: usize, length: usize) -> Option<Place> {
    let words = text?.get(at..at + length)?;
    Some(Place {
        segment,
        start: words.first()?.1,
        end: words.last()?.1 + 1,
    })
}

/// A stretch of text, common to both or not.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Run {
    pub text: String,
    pub common: bool,
}

/// One field's text, cut where common passages begin and end.
pub fn runs(text: &str, segment: usize, places: &[Place]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, letter) in text.chars().enumerate() {
        let common = places
            .iter()
            .any(|place| place.segment == segment && place.start <= at && at < place.end);
        match runs.last_mut() {
            Some(run) if run.common == common => run.text.push(letter),
            Some(_) | None => runs.push(Run {
                text: letter.to_string(),
                common,
            }),
        }
    }
    runs
}
