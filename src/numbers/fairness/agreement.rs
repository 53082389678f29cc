//! Kendall's W over the bids every reviewer with a sheet has scored.

#![expect(
    clippy::cast_precision_loss,
    reason = "a statistic of small numbers that decides nothing"
)]

use std::collections::{BTreeMap, BTreeSet};

use crate::numbers::result_file::ResultFile;

type Given<'a> = BTreeMap<&'a str, Vec<(i64, i64)>>;

/// W, over how many bids, of how many reviewers.
pub fn agreement(file: &ResultFile) -> (Option<f64>, usize, usize) {
    let mut given: Given = BTreeMap::new();
    for sheet in &file.sheets {
        let sheets = given.entry(&sheet.alias).or_default();
        sheets.push((sheet.bid_id, sheet.total_hundredths));
    }
    let (w, bids) = kendall(&given);
    (w, bids, given.len())
}

fn kendall(by_reviewer: &Given) -> (Option<f64>, usize) {
    let mut common: Option<BTreeSet<i64>> = None;
    for given in by_reviewer.values() {
        let bids: BTreeSet<i64> = given.iter().map(|(bid, _)| *bid).collect();
        common = Some(match common {
            None => bids,
            Some(common) => common.intersection(&bids).copied().collect(),
        });
    }
    let common = common.unwrap_or_default();
    let (m, n) = (by_reviewer.len() as f64, common.len() as f64);
    if by_reviewer.len() < 2 || common.len() < 3 {
        return (None, common.len());
    }
    let mut sums: BTreeMap<i64, f64> = BTreeMap::new();
    let mut ties = 0.0;
    for given in by_reviewer.values() {
        // Bids by total, best first: those with equal totals share the middle of their ranks.
        let mut groups: BTreeMap<std::cmp::Reverse<i64>, Vec<i64>> = BTreeMap::new();
        for (bid, total) in given.iter().filter(|(bid, _)| common.contains(bid)) {
            groups
                .entry(std::cmp::Reverse(*total))
                .or_default()
                .push(*bid);
        }
        let mut before = 0.0;
        for bids in groups.values() {
            let equal = bids.len() as f64;
            ties += equal.powi(3) - equal;
            for bid in bids {
                *sums.entry(*bid).or_default() += before + (equal + 1.0) / 2.0;
            }
            before += equal;
        }
    }
    let middle = m * (n + 1.0) / 2.0;
    let squares: f64 = sums.values().map(|sum| (sum - middle).powi(2)).sum();
    let most = m * m * (n.powi(3) - n) - m * ties;
    if most <= 0.0 {
        return (None, common.len());
    }
    let w = 12.0 * squares / most;
    (Some((w * 10_000.0).round() / 10_000.0), common.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three reviewers, three bids; W by hand.
    #[test]
    fn agreement_is_kendalls_w() {
        let given = |a: i64, b: i64, c: i64| vec![(1, a), (2, b), (3, c)];
        let same = BTreeMap::from([
            ("R1", given(9000, 8000, 7000)),
            ("R2", given(9100, 8500, 6000)),
        ]);
        assert_eq!(kendall(&same), (Some(1.0), 3));
        // Ranks 123, 231, 312: every sum is 6, so no agreement at all.
        let none = BTreeMap::from([
            ("R1", given(9000, 8000, 7000)),
            ("R2", given(8000, 7000, 9000)),
            ("R3", given(7000, 9000, 8000)),
        ]);
        assert_eq!(kendall(&none), (Some(0.0), 3));
        // Ranks 1 2.5 2.5 and 1 2 3: sums 2, 4.5, 5.5; S = 6.5; W = 78 / (4*24 - 2*6) = 0.9286.
        let tied = BTreeMap::from([
            ("R1", given(9000, 8000, 8000)),
            ("R2", given(9000, 8000, 7000)),
        ]);
        assert_eq!(kendall(&tied), (Some(0.9286), 3));
        let few = BTreeMap::from([("R1", vec![(1, 1), (2, 2)]), ("R2", vec![(1, 1), (2, 2)])]);
        assert_eq!(kendall(&few), (None, 2));
    }
}
