use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
struct Case {
    bids: Vec<(i64, i64)>,
    reviewers: Vec<i64>,
    per_bid: usize,
    recused: HashSet<(i64, i64)>,
}

impl Case {
    fn problem<'a>(&'a self, seed: &'a str) -> Problem<'a> {
        Problem {
            bids: &self.bids,
            reviewers: &self.reviewers,
            per_bid: self.per_bid,
            recused: &self.recused,
            kept: &[],
            seed,
        }
    }
}

fn case(
    bids: std::ops::Range<i64>,
    reviewers: std::ops::Range<i64>,
    per_bid: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Case> {
    (bids, reviewers, per_bid, 1i64..4).prop_flat_map(|(bids, reviewers, per_bid, topics)| {
        (
            proptest::collection::vec(0..topics, usize::try_from(bids).unwrap()),
            proptest::collection::hash_set((0..reviewers, 0..topics), 0..4),
        )
            .prop_map(move |(topics, recused)| Case {
                bids: (100..).zip(topics).collect(),
                reviewers: (0..reviewers).collect(),
                per_bid,
                recused,
            })
    })
}

fn loads(case: &Case, pairs: &[(i64, i64)]) -> Vec<i64> {
    case.reviewers
        .iter()
        .map(|reviewer| {
            i64::try_from(pairs.iter().filter(|(_, of)| of == reviewer).count()).unwrap()
        })
        .collect()
}

/// Sums of squares of loads, and of loads within topics: what is to be least, in this order.
fn unevenness(case: &Case, pairs: &[(i64, i64)]) -> (i64, i64) {
    let topic: BTreeMap<i64, i64> = case.bids.iter().copied().collect();
    let mut within: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for (bid, reviewer) in pairs {
        *within.entry((*reviewer, topic[bid])).or_default() += 1;
    }
    (
        loads(case, pairs).iter().map(|n| n * n).sum(),
        within.values().map(|n| n * n).sum(),
    )
}

/// The least unevenness there is, by trying everything.
fn least(case: &Case, bid: usize, pairs: &mut Vec<(i64, i64)>) -> (i64, i64) {
    let Some((id, topic)) = case.bids.get(bid) else {
        return unevenness(case, pairs);
    };
    let able: Vec<i64> = case
        .reviewers
        .iter()
        .copied()
        .filter(|reviewer| !case.recused.contains(&(*reviewer, *topic)))
        .collect();
    let mut best = (i64::MAX, i64::MAX);
    for mask in 0u32..1 << able.len() {
        if usize::try_from(mask.count_ones()).unwrap() != case.per_bid {
            continue;
        }
        let before = pairs.len();
        pairs.extend(
            able.iter()
                .enumerate()
                .filter(|(n, _)| mask >> n & 1 == 1)
                .map(|(_, reviewer)| (*id, *reviewer)),
        );
        best = best.min(least(case, bid + 1, pairs));
        pairs.truncate(before);
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Each bid has exactly its number of different reviewers, none of them recused; if and only if it can.
    #[test]
    fn every_bid_has_its_reviewers_or_is_named(case in case(1..30, 3..9, 1..=5)) {
        match assign(case.problem("s")) {
            Err(short) => {
                prop_assert!(!short.is_empty());
                for one in short {
                    let topic = case.bids.iter().find(|(bid, _)| *bid == one.bid).unwrap().1;
                    let able = case.reviewers.iter().filter(|r| !case.recused.contains(&(**r, topic))).count();
                    prop_assert!(able == one.eligible && able < case.per_bid);
                }
            }
            Ok(pairs) => {
                for (bid, topic) in &case.bids {
                    let own: BTreeSet<i64> = pairs.iter().filter(|(b, _)| b == bid).map(|(_, r)| *r).collect();
                    prop_assert_eq!(own.len(), case.per_bid);
                    prop_assert!(own.iter().all(|r| !case.recused.contains(&(*r, *topic))));
                }
                prop_assert_eq!(pairs.len(), case.bids.len() * case.per_bid);
            }
        }
    }

    #[test]
    fn loads_differ_by_at_most_one_where_nobody_is_recused(mut case in case(1..40, 3..9, 1..=3)) {
        case.recused.clear();
        let pairs = assign(case.problem("s")).unwrap();
        let loads = loads(&case, &pairs);
        prop_assert!(loads.iter().max().unwrap() - loads.iter().min().unwrap() <= 1, "{:?}", loads);
    }

    /// With recusals the distribution is the most even one there is, first over all, then within topics.
    #[test]
    fn nothing_is_more_even(case in case(1..6, 3..5, 1..=2)) {
        if let Ok(pairs) = assign(case.problem("s")) {
            prop_assert_eq!(unevenness(&case, &pairs), least(&case, 0, &mut Vec::new()));
        }
    }

    #[test]
    fn the_order_of_the_inputs_does_not_matter_and_the_seed_does(case in case(8..20, 5..9, 2..=3)) {
        let mut turned = case.clone();
        turned.bids.reverse();
        turned.reviewers.reverse();
        let first = assign(case.problem("one"));
        prop_assert_eq!(&first, &assign(turned.problem("one")));
        prop_assert_eq!(first.is_ok(), assign(case.problem("two")).is_ok());
    }

    /// Who keeps a bid keeps it, and the others fill up evenly around them.
    #[test]
    fn what_is_kept_stays(case in case(4..20, 5..8, 2..=3), n in 0usize..4) {
        let mut case = case;
        case.recused.clear();
        let first = assign(case.problem("s")).unwrap();
        let out = case.reviewers.remove(n);
        let kept: Vec<(i64, i64)> = first.iter().copied().filter(|(_, r)| *r != out).collect();
        let second = fill(Problem { kept: &kept, ..case.problem("t") });
        prop_assert!(kept.iter().all(|pair| second.contains(pair)));
        prop_assert_eq!(second.len(), first.len());
        prop_assert!(second.iter().all(|(_, r)| *r != out));
    }
}

#[test]
fn two_seeds_give_two_assignments() {
    let case = Case {
        bids: (0..40).map(|bid| (bid, bid % 3)).collect(),
        reviewers: (0..9).collect(),
        per_bid: 3,
        recused: HashSet::new(),
    };
    assert_ne!(
        assign(case.problem("one")).unwrap(),
        assign(case.problem("two")).unwrap()
    );
}

#[test]
fn a_large_round_is_spread_evenly_in_seconds() {
    // A fifth of the size of 1,000 bids × 21 reviewers × 7, because tests are not optimized.
    let case = Case {
        bids: (0..200).map(|bid| (bid, bid % 5)).collect(),
        reviewers: (0..21).collect(),
        per_bid: 7,
        recused: (0..5).map(|n| (n, n % 5)).collect(),
    };
    let pairs = assign(case.problem("s")).unwrap();
    let loads = loads(&case, &pairs);
    assert_eq!(pairs.len(), 1400);
    assert!(
        loads.iter().max().unwrap() - loads.iter().min().unwrap() <= 1,
        "{loads:?}"
    );
}
