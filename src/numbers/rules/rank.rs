//! From scores to ranks and proposed outcomes, down the tie ladder.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::numbers::rules::SubjectScore;

/// A scored subject that takes part in a ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The bid, project or site.
    pub subject: i64,
    /// Its result under the same rule as all others.
    pub score: SubjectScore,
    /// Place in the chair's recorded vote or drawing of lots, smaller is better.
    pub tie_break: Option<u32>,
}

/// What set a subject apart from those with the same shown total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TieBreak {
    /// Nothing was needed: no other subject has this shown total.
    None,
    /// The mean of this criterion, the deepest that had to be looked at.
    Criterion(i64),
    /// The chair's recorded vote or lots.
    Recorded,
    /// Nothing did: the rank is shared (并列).
    Shared,
}

/// A place in the ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    /// The bid, project or site.
    pub subject: i64,
    /// 1 is best; a shared rank leaves a gap after it (1, 2, 2, 4).
    pub rank: u32,
    /// The shown total the rank rests on, hundredths.
    pub shown: i64,
    /// How a tie was broken, if there was one.
    pub resolved_by: TieBreak,
}

/// Those with the same shown total, by their shown criterion means, best first.
type ByMeans<'a> = BTreeMap<Vec<Reverse<i64>>, Vec<&'a Entry>>;

/// Ranks by the **shown** total; equal ones go down the ladder: the shown mean of the first criterion, of the second
/// …, the recorded vote or lots, else a shared rank. Criterion means are compared as shown, like the total, so that
/// everyone can follow the ranking from what is published. A recorded order counts only if every subject still tied
/// has a place in it: one drawn before another subject joined the tie decides nothing.
///
/// The answer is ordered by rank, then subject, whatever the order of `entries`.
pub fn rank(entries: &[Entry]) -> Vec<Ranked> {
    let mut ladder: BTreeMap<Reverse<i64>, ByMeans> = BTreeMap::new();
    for entry in entries {
        let means = entry
            .score
            .criteria
            .iter()
            .map(|(_, _, shown)| Reverse(*shown))
            .collect();
        ladder
            .entry(Reverse(entry.score.shown))
            .or_default()
            .entry(means)
            .or_default()
            .push(entry);
    }

    let mut ranked = Vec::with_capacity(entries.len());
    for (Reverse(shown), by_means) in &ladder {
        for (means, tied) in by_means {
            let recorded = tied.iter().all(|entry| entry.tie_break.is_some());
            let mut places: BTreeMap<Option<u32>, BTreeSet<i64>> = BTreeMap::new();
            for entry in tied {
                places
                    .entry(entry.tie_break.filter(|_| recorded))
                    .or_default()
                    .insert(entry.subject);
            }
            for subjects in places.values() {
                let resolved_by = if subjects.len() > 1 {
                    TieBreak::Shared
                } else if tied.len() > 1 {
                    TieBreak::Recorded
                } else {
                    deepest_criterion(means, by_means)
                };
                let rank = u32::try_from(ranked.len())
                    .unwrap_or(u32::MAX)
                    .saturating_add(1);
                ranked.extend(subjects.iter().map(|subject| Ranked {
                    subject: *subject,
                    rank,
                    shown: *shown,
                    resolved_by,
                }));
            }
        }
    }
    ranked
}

/// The deepest criterion needed to tell `means` from the others of the same total.
fn deepest_criterion(means: &[Reverse<i64>], same_total: &ByMeans) -> TieBreak {
    let common =
        |other: &[Reverse<i64>]| means.iter().zip(other).take_while(|(a, b)| a == b).count();
    let depth = same_total
        .keys()
        .filter(|other| other.as_slice() != means)
        .map(|other| common(other))
        .max();
    let entry = same_total.get(means).and_then(|tied| tied.first());
    match depth
        .zip(entry)
        .and_then(|(depth, entry)| entry.score.criteria.get(depth))
    {
        Some((criterion, _, _)) => TieBreak::Criterion(*criterion),
        None => TieBreak::None,
    }
}

/// Fewest counted sheets a bid is judged by, whatever the share.
pub const LEAST_SHEETS: u32 = 3;

/// How many counted sheets a bid needs, and so how many members must be left to judge it: the share of the appointed
/// seats, recused or not, rounded up, and never fewer than [`LEAST_SHEETS`].
pub fn quorum(appointed: u32, numerator: u32, denominator: u32) -> u32 {
    let share = u64::from(appointed) * u64::from(numerator);
    let share = share.div_ceil(u64::from(denominator.max(1)));
    u32::try_from(share).unwrap_or(u32::MAX).max(LEAST_SHEETS)
}

/// Whether enough of the eligible (not recused) reviewers handed in a valid sheet, as results of before were judged;
/// exact. Nobody eligible is no quorum.
pub fn quorum_met(valid: u32, eligible: u32, numerator: u32, denominator: u32) -> bool {
    eligible > 0
        && denominator > 0
        && u64::from(valid) * u64::from(denominator) >= u64::from(eligible) * u64::from(numerator)
}

/// What the ranking proposes; the committee secretary decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Within the quota and not below the threshold.
    Winner,
    /// Behind the quota, first reserve is 1. A shared rank shares the number, too.
    Reserve(u32),
    /// Shown total below the threshold.
    BelowThreshold,
    /// The quota ends within this shared rank: the secretary decides, with a reason.
    Tied,
}

/// A subject and what the ranking proposes for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// The bid, project or site.
    pub subject: i64,
    /// What is proposed.
    pub outcome: Outcome,
}

/// Proposed outcomes of one ranking, in the order given. `threshold` in hundredths, compared with the shown total.
pub fn winners(ranked: &[Ranked], quota: u32, threshold: i64) -> Vec<Proposal> {
    let mut sharing: BTreeMap<u32, u32> = BTreeMap::new();
    for place in ranked {
        let count = sharing.entry(place.rank).or_default();
        *count = count.saturating_add(1);
    }
    let outcome = |place: &Ranked| {
        let behind = place.rank.saturating_sub(quota);
        let sharing = sharing.get(&place.rank).copied().unwrap_or(1);
        let last = place.rank.saturating_sub(1).saturating_add(sharing);
        if place.shown < threshold {
            Outcome::BelowThreshold
        } else if behind > 0 {
            Outcome::Reserve(behind)
        } else if last > quota {
            Outcome::Tied
        } else {
            Outcome::Winner
        }
    };
    ranked
        .iter()
        .map(|place| Proposal {
            subject: place.subject,
            outcome: outcome(place),
        })
        .collect()
}
