//! Words that stand in two bids, and where.

use std::collections::{HashMap, HashSet};

use super::{GRAM, Normal, Segment, gram_of, mix, normalise};

/// Characters of the shortest common passage.
const PASSAGE_FROM: usize = 6;
/// Of the places where a passage's first characters stand, so many are tried.
const PLACES_TRIED: usize = 32;

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
