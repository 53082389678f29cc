//! When two bids say the same: pure and deterministic.
//!
//! A text is normalised (full and half width, case, no punctuation or blanks) and cut into trigrams of characters.
//! Trigrams of the round's own papers and those that many of its bids share ([`tally`]) do not count. Signatures
//! ([`signature`]) in an inverted index ([`index`]) find candidates; a candidate is then measured exactly.

use std::collections::HashSet;

use crate::bids::BidContent;

pub mod index;
mod passages;
pub mod signature;
pub mod tally;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod texts;

pub use passages::{Passage, Place, Run, passages, runs};

/// Characters of one gram.
const GRAM: usize = 3;
/// Hundredths of a per cent: of this Jaccard similarity on, a pair is shown.
pub const JACCARD_FROM: i64 = 1500;
/// Of this share of the shorter text on, a pair is shown.
pub const CONTAINED_FROM: i64 = 3500;
/// Fewer common trigrams than this are chance.
const SHARED_FROM: usize = 40;

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
        (PROBLEM.to_owned(), content.problem.clone()),
        (TARGETS.to_owned(), targets),
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

crate::text_enum! {
    /// What two bids have in common though the rest differs.
    SameField { Problem = "problem" "问题相同", Targets = "targets" "目标相同" }
}

/// Fewer letters than this are the same by chance.
const LETTERS_FROM: usize = 6;

impl SameField {
    /// The label of its segment.
    pub const fn segment(self) -> &'static str {
        match self {
            Self::Problem => PROBLEM,
            Self::Targets => TARGETS,
        }
    }

    /// What a bid says there, letters alone; none if that is too little.
    fn of(self, segments: &[Segment]) -> Option<(String, &str)> {
        let segment = segments.iter().find(|one| one.label == self.segment())?;
        let letters: String = segment.text.chars().filter_map(letter).collect();
        (letters.chars().count() >= LETTERS_FROM).then_some((letters, segment.text.as_str()))
    }
}

/// Fields in which two bids say the same word for word, whatever their punctuation. What the round's papers and many of
/// its bids say does not count.
pub fn same_fields(one: &[Segment], other: &[Segment], common: &HashSet<u64>) -> Vec<SameField> {
    let same = |field: &SameField| match (field.of(one), field.of(other)) {
        (Some((left, text)), Some((right, _))) => {
            left == right && !without(&grams([text]), common).is_empty()
        }
        (_, _) => false,
    };
    SameField::ALL.iter().copied().filter(same).collect()
}

/// A number for what a bid says in each of these fields: equal ones are candidates.
pub fn field_keys(segments: &[Segment]) -> Vec<u64> {
    let key = |field: &SameField| {
        let (letters, _) = field.of(segments)?;
        let start = mix(u64::try_from(letters.len()).unwrap_or(0));
        let salted = start ^ mix(u64::from(*field == SameField::Problem));
        Some(
            letters
                .chars()
                .fold(salted, |key, letter| mix(key ^ u64::from(letter))),
        )
    };
    SameField::ALL.iter().filter_map(key).collect()
}

const PROBLEM: &str = "破什么难题";
const TARGETS: &str = "目标";

/// A character of a normalised text and where it stood, in characters.
type Normal = (char, usize);

/// A letter or digit, of half width and in lower case; none of anything else.
fn letter(original: char) -> Option<char> {
    if ('\u{4e00}'..='\u{9fff}').contains(&original) {
        return Some(original);
    }
    let half = match original {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(original) - 0xfee0).unwrap_or(original),
        other => other,
    };
    half.is_alphanumeric()
        .then(|| half.to_lowercase().next().unwrap_or(half))
}

/// Letters and digits alone, of half width and in lower case, with their places.
pub fn normalise(text: &str) -> Vec<Normal> {
    text.chars()
        .enumerate()
        .filter_map(|(at, original)| Some((letter(original)?, at)))
        .collect()
}

/// Spreads the bits of a number (splitmix64); no two numbers become one.
fn mix(mut value: u64) -> u64 {
    value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The last three letters as one number: a letter has 21 bits.
fn with_letter(key: u64, letter: char) -> u64 {
    ((key << 21) | u64::from(letter)) & (u64::MAX >> 1)
}

fn gram_of(window: &[Normal]) -> u64 {
    mix(window
        .iter()
        .fold(0, |key, (letter, _)| with_letter(key, *letter)))
}

/// The trigrams of all fields, each once, in order.
pub fn grams<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<u64> {
    let mut found: Vec<u64> = Vec::new();
    for text in texts {
        let letters = text.chars().filter_map(letter);
        let keys = letters.scan(0, |key, letter| {
            *key = with_letter(*key, letter);
            Some(*key)
        });
        found.extend(keys.skip(GRAM - 1).map(mix));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What counts.
pub fn without(grams: &[u64], excluded: &HashSet<u64>) -> Vec<u64> {
    grams
        .iter()
        .filter(|gram| !excluded.contains(gram))
        .copied()
        .collect()
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
