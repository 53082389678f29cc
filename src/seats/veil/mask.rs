//! Names found in a text however they are written: spaced, in full width, in other case.

use std::collections::BTreeMap;
use std::iter::once;

use aho_corasick::AhoCorasick;
use anyhow::Context;
use unicode_normalization::UnicodeNormalization;

use crate::error::Result;
use crate::text::{folded, unseen};

/// In the place of a name.
pub const COVER: &str = "〔匿名〕";

/// Where a name counts as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Counts {
    Anywhere,
    /// Not within a longer word or number: few Latin letters, digits alone.
    Apart,
    /// Alone, or where an organization goes on being named: two letters of Chinese that may be a word of every day.
    Named,
}

/// What follows the short name of an organization.
const KINDS: &[&str] = &[
    "党", "支部", "总支", "小组", "班", "部", "队", "中心", "公司", "单位", "同志",
];

/// The names to be covered.
#[derive(Debug)]
pub struct Mask {
    finder: AhoCorasick,
    counts: Vec<Counts>,
}

/// Between the letters of a name it says nothing.
fn skipped(letter: char) -> bool {
    unseen(letter) || matches!(letter, '-' | '_' | '‐'..='―' | '·' | '•' | '‧' | '・')
}

/// What counts of them, folded as [`folded`] does.
fn letters(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    text.nfkd()
        .flat_map(char::to_lowercase)
        .filter(|letter| !skipped(*letter))
}

/// A text folded, with where each byte of it comes from.
struct Folded {
    text: String,
    from: Vec<(usize, usize)>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let mut all = Self {
            text: String::with_capacity(text.len()),
            from: Vec::with_capacity(text.len()),
        };
        for (at, letter) in text.char_indices() {
            all.text.extend(letters(once(letter)));
            all.from
                .resize(all.text.len(), (at, at + letter.len_utf8()));
        }
        all
    }
}

impl Mask {
    /// Of what organizations are called, and of people.
    pub fn new(
        organizations: impl IntoIterator<Item = String>,
        people: impl IntoIterator<Item = String>,
    ) -> Result<Self> {
        let mut words: BTreeMap<String, Counts> = BTreeMap::new();
        let named = organizations.into_iter().map(|name| (name, Counts::Named));
        let persons = people.into_iter().map(|name| (name, Counts::Anywhere));
        for (name, two) in named.chain(persons) {
            let word: String = letters(name.chars()).collect();
            let letters = word.chars().count();
            let counts = match (letters, word.is_ascii()) {
                (..2, _) => continue,
                (..4, true) => Counts::Apart,
                (_, true) if word.bytes().all(|one| one.is_ascii_digit()) => Counts::Apart,
                (2, false) => two,
                (_, _) => Counts::Anywhere,
            };
            let known = words.entry(word).or_insert(counts);
            *known = counts.min(*known);
        }
        Ok(Self {
            finder: AhoCorasick::new(words.keys()).context("names to be covered")?,
            counts: words.into_values().collect(),
        })
    }

    /// The text with a cover in the place of each name.
    pub fn text(&self, text: &str) -> String {
        let folded = Folded::of(text);
        let mut found: Vec<(usize, usize)> = self
            .finder
            .find_overlapping_iter(&folded.text)
            .filter_map(|hit| {
                let (start, _) = *folded.from.get(hit.start())?;
                let (_, end) = *folded.from.get(hit.end().checked_sub(1)?)?;
                let counts = self.counts.get(hit.pattern().as_usize())?;
                let rest = folded.text.get(hit.end()..)?;
                stands(*counts, text, (start, end), rest).then_some((start, end))
            })
            .collect();
        found.sort_unstable();
        let (mut covered, mut done) = (String::new(), 0);
        for (start, end) in found {
            if start >= done {
                covered.push_str(text.get(done..start).unwrap_or_default());
                covered.push_str(COVER);
            }
            done = done.max(end);
        }
        covered.push_str(text.get(done..).unwrap_or_default());
        covered
    }
}

/// Whether what was found there is the name, by the letters around it.
fn stands(counts: Counts, text: &str, (start, end): (usize, usize), rest: &str) -> bool {
    let around = [
        text.get(..start)
            .and_then(|before| before.chars().next_back()),
        text.get(end..).and_then(|after| after.chars().next()),
    ];
    let none = |of: fn(char) -> bool| !around.into_iter().flatten().any(of);
    match counts {
        Counts::Anywhere => true,
        Counts::Apart => none(|letter| {
            folded(letter.encode_utf8(&mut [0; 4]))
                .bytes()
                .any(|one| one.is_ascii_alphanumeric())
        }),
        Counts::Named => {
            none(char::is_alphanumeric) || KINDS.iter().any(|kind| rest.starts_with(kind))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask() -> Mask {
        let all = |names: &[&str]| {
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        Mask::new(
            all(&[
                "国网唐县运维党支部",
                "运维党支部",
                "运维",
                "TX-YW",
                "YW",
                "1024",
            ]),
            all(&["张三丰", "高峰", "张", ""]),
        )
        .unwrap()
    }

    #[track_caller]
    fn covered(text: &str, shown: &str) {
        assert_eq!(mask().text(text), shown);
    }

    #[test]
    fn names_are_covered_the_longest_first() {
        covered(
            "国网唐县运维党支部的张三丰说，张罗好。",
            "〔匿名〕的〔匿名〕说，张罗好。",
        );
        covered("张三丰张三丰", "〔匿名〕〔匿名〕");
        covered("", "");
        covered("没有名字。", "没有名字。");
    }

    #[test]
    fn however_they_are_written() {
        for text in [
            "运维 党支部",
            "运\u{3000}维\u{200b}党 支\n部",
            "运-维·党支部",
            "tx-yw",
            "ＴＸ－ＹＷ",
            "Tx Yw",
            "张 三 丰",
        ] {
            covered(&format!("由{text}牵头"), "由〔匿名〕牵头");
        }
        covered("TX-YW2026方案.pdf", "〔匿名〕2026方案.pdf");
    }

    #[test]
    fn words_of_every_day_stay() {
        covered("设备运维靠大家", "设备运维靠大家");
        covered("牵头：运维，配合：调控", "牵头：〔匿名〕，配合：调控");
        covered("运维班组", "〔匿名〕班组");
        covered("bywater 与 YW", "bywater 与 〔匿名〕");
        covered("10240 元，1024", "10240 元，〔匿名〕");
        // A person's name is covered, be it a word.
        covered("用电高峰", "用电〔匿名〕");
    }
}
