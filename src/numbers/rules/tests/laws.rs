//! What holds for all marks.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;

/// Coarse marks, so that equal totals are common.
fn some_sheets() -> impl Strategy<Value = Vec<Sheet>> {
    let marks = [0..=8i64, 0..=4, 0..=3, 0..=5].map(|range| range.prop_map(|steps| steps * 500));
    proptest::collection::vec((marks, 0..4i64), 1..12).prop_map(|sheets| {
        let number = |(id, (marks, at)): (i64, ([i64; 4], i64))| Sheet {
            submitted_at: at,
            ..sheet(id, marks)
        };
        (1..).zip(sheets).map(number).collect()
    })
}

fn some_entries() -> impl Strategy<Value = Vec<Entry>> {
    let one = (
        0..3i64,
        [0..2i64, 0..2, 0..2],
        proptest::option::weighted(0.8, 0..3u32),
    );
    proptest::collection::vec(one, 0..12).prop_map(|entries| {
        (1..)
            .zip(entries)
            .map(|(subject, (shown, means, lot))| entry(subject, shown, means, lot))
            .collect()
    })
}

proptest! {
    #[test]
    fn rounding_is_half_up(n in -1_000_000i128..1_000_000, d in 1i128..5_000) {
        let rounded = i128::from(fraction(n, d).round_half_up());
        prop_assert!(2 * n < (2 * rounded + 1) * d);
        prop_assert!(2 * n >= (2 * rounded - 1) * d);
    }

    #[test]
    fn fractions_compare_as_cross_products(a in -999i128..999, b in 1i128..99, c in -999i128..999, d in 1i128..99) {
        prop_assert_eq!(fraction(a, b).cmp(&fraction(c, d)), (a * d).cmp(&(c * b)));
    }

    #[test]
    fn huge_fractions_compare_and_round_without_overflow(a: i128, b in 1i128.., c: i128, d in 1i128..) {
        let (left, right) = (fraction(a, b), fraction(c, d));
        prop_assert_eq!(left.cmp(&right), right.cmp(&left).reverse());
        prop_assert_eq!(left.cmp(&right) == Ordering::Equal, left == right);
        let _ = (left.round_half_up(), left.checked_add(right));
    }

    #[test]
    fn a_score_does_not_depend_on_the_order_of_sheets(
        (sheets, shuffled) in some_sheets().prop_flat_map(|s| (Just(s.clone()), Just(s).prop_shuffle()))
    ) {
        prop_assert_eq!(score_subject(&rule(), &sheets), score_subject(&rule(), &shuffled));
    }

    #[test]
    fn trimming_keeps_the_mean_within_what_is_kept(sheets in some_sheets()) {
        let score = score_subject(&rule(), &sheets).unwrap();
        let total = |id: &i64| sheets.iter().find(|s| s.id == *id).map(|s| i128::from(s.total())).unwrap();
        let kept: Vec<i128> = score.kept.iter().map(total).collect();
        let (least, most) = (*kept.iter().min().unwrap(), *kept.iter().max().unwrap());
        prop_assert!(score.total >= fraction(least, 1) && score.total <= fraction(most, 1));
        prop_assert_eq!(score.kept.len() + score.dropped.len(), sheets.len());
        prop_assert_eq!(score.dropped.len(), if sheets.len() >= 5 { 2 } else { 0 });
        for (id, end) in &score.dropped {
            match end {
                Dropped::Highest => prop_assert!(total(id) >= most),
                Dropped::Lowest => prop_assert!(total(id) <= least),
            }
        }
    }

    #[test]
    fn criterion_means_add_up_to_the_total(sheets in some_sheets()) {
        let score = score_subject(&rule(), &sheets).unwrap();
        let sum = score.criteria.iter().try_fold(Fraction::ZERO, |sum, (_, mean, _)| sum.checked_add(*mean));
        prop_assert_eq!(sum, Some(score.total));
        prop_assert_eq!(score.shown, score.total.round_half_up());
    }

    #[test]
    fn a_better_mark_never_makes_a_worse_score(sheets in some_sheets(), which: prop::sample::Index) {
        let before = score_subject(&rule(), &sheets).unwrap();
        let mut better = sheets.clone();
        let chosen = which.index(better.len());
        let (_, mark) = &mut better[chosen].marks[0];
        *mark = (*mark + 500).min(4000);
        prop_assert!(score_subject(&rule(), &better).unwrap().total >= before.total);
    }

    #[test]
    fn a_ranking_does_not_depend_on_input_order(
        (entries, shuffled) in some_entries().prop_flat_map(|e| (Just(e.clone()), Just(e).prop_shuffle()))
    ) {
        prop_assert_eq!(rank(&entries), rank(&shuffled));
    }

    #[test]
    fn a_rank_is_one_more_than_those_ahead(entries in some_entries(), quota in 0u32..6) {
        let ranked = rank(&entries);
        prop_assert_eq!(ranked.len(), entries.len());
        for place in &ranked {
            let ahead = ranked.iter().filter(|other| other.rank < place.rank).count();
            prop_assert_eq!(place.rank as usize, ahead + 1);
            let sharing = ranked.iter().filter(|other| other.rank == place.rank).count();
            prop_assert_eq!(place.resolved_by == TieBreak::Shared, sharing > 1);
            prop_assert!(ranked.iter().all(|other| other.shown <= place.shown || other.rank < place.rank));
        }
        let won = winners(&ranked, quota, 1).iter().filter(|p| p.outcome == Outcome::Winner).count();
        prop_assert!(won <= quota as usize);
    }
}

#[test]
fn mean_and_median_keep_what_they_are_over() {
    let totals = [9000, 5000, 8100, 8000, 8300];
    let sheets: Vec<Sheet> = (1..)
        .zip(totals)
        .map(|(id, total)| with_total(id, id, total))
        .collect();
    let score = |aggregation, count: usize| {
        let rule = Rule {
            aggregation,
            ..rule()
        };
        score_subject(&rule, &sheets[..count]).unwrap()
    };
    let mean = score(Aggregation::Mean, 5);
    assert_eq!(
        (mean.shown, mean.kept.len(), mean.dropped.len()),
        (7680, 5, 0)
    );
    let odd = score(Aggregation::Median, 5);
    assert_eq!((odd.shown, odd.kept.clone()), (8100, vec![3]));
    assert_eq!(
        odd.dropped,
        [
            (1, Dropped::Highest),
            (5, Dropped::Highest),
            (2, Dropped::Lowest),
            (4, Dropped::Lowest)
        ]
    );
    let even = score(Aggregation::Median, 4);
    assert_eq!((even.shown, even.kept), (8050, vec![3, 4]));
    assert_eq!(score(Aggregation::Median, 2).shown, 7000);
    assert_eq!(score(Aggregation::Median, 1).kept, [1]);
    assert_eq!(score(Aggregation::TrimmedMean, 5).shown, 8133);
}

proptest! {
    /// Whatever is kept, the criterion means add up to the score exactly, and the median is the middle total.
    #[test]
    fn criterion_means_add_up_under_every_aggregation(
        totals in proptest::collection::vec(0i64..=10_000, 1..12), which in 0usize..3,
    ) {
        let aggregation = Aggregation::ALL[which];
        let rule = Rule { aggregation, ..rule() };
        let sheets: Vec<Sheet> = (1..).zip(&totals).map(|(id, total)| with_total(id, id, *total)).collect();
        let score = score_subject(&rule, &sheets).unwrap();
        let sum = score
            .criteria
            .iter()
            .try_fold(Fraction::ZERO, |sum, (_, mean, _)| sum.checked_add(*mean));
        prop_assert_eq!(sum, Some(score.total));
        if aggregation == Aggregation::Median {
            let mut sorted = totals.clone();
            sorted.sort_unstable();
            let (low, high) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
            prop_assert_eq!(score.total, fraction(i128::from(low + high), 2));
        }
    }
}
