use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;
use crate::numbers::Aggregation;

fn fraction(n: i128, d: i128) -> Fraction {
    Fraction::from_ratio(n, d).unwrap()
}

/// 方案优劣 40 · 工作业绩 20 · 信誉 15 · 实施能力 25.
fn rule() -> Rule {
    let criterion = |(id, name, full): (i64, &str, i64)| Criterion {
        id,
        name: name.into(),
        full_marks: full,
    };
    Rule::with_criteria(
        [
            (1, "方案优劣", 4000),
            (2, "工作业绩", 2000),
            (3, "信誉", 1500),
            (4, "实施能力", 2500),
        ]
        .map(criterion)
        .to_vec(),
    )
}

fn sheet(id: i64, marks: [i64; 4]) -> Sheet {
    Sheet {
        id,
        reviewer: format!("R{id}"),
        submitted_at: id,
        marks: (1..).zip(marks).collect(),
    }
}

/// A sheet with this total: the first criterion takes what it can, then the next.
fn with_total(id: i64, submitted_at: i64, mut total: i64) -> Sheet {
    let marks = [4000, 2000, 1500, 2500].map(|full| {
        let mark = total.min(full);
        total -= mark;
        mark
    });
    Sheet {
        submitted_at,
        ..sheet(id, marks)
    }
}

/// An entry that shows this total and these means.
fn entry(subject: i64, shown: i64, means: [i64; 3], tie_break: Option<u32>) -> Entry {
    let exact = |hundredths: i64| fraction(i128::from(hundredths), 1);
    let criteria = (1..)
        .zip(means)
        .map(|(id, mean)| (id, exact(mean), mean))
        .collect();
    let score = SubjectScore {
        kept: vec![],
        dropped: vec![],
        total: exact(shown),
        shown,
        criteria,
        sheets: 0,
    };
    Entry {
        subject,
        score,
        tie_break,
    }
}

#[test]
fn fractions_are_reduced_and_refuse_zero_below() {
    assert_eq!(fraction(6, -4).to_string(), "-3/2");
    assert_eq!(fraction(0, 7), Fraction::ZERO);
    assert_eq!(Fraction::from_ratio(1, 0), None);
    assert_eq!(Fraction::from_ratio(0, 0), None);
    assert_eq!(Fraction::from_ratio(i128::MIN, -1), None);
    assert_eq!(
        fraction(1, 3).checked_add(fraction(1, 6)),
        Some(fraction(1, 2))
    );
    assert_eq!(fraction(i128::MAX, 1).checked_add(fraction(1, 1)), None);
}

#[test]
fn halves_go_up() {
    for (n, d, rounded) in [
        (1, 2, 1),
        (3, 2, 2),
        (149, 100, 1),
        (27_271, 3, 9_090),
        (18_181, 2, 9_091),
        (-1, 2, 0),
        (-3, 2, -1),
        (-151, 100, -2),
        (i128::MAX, 1, i64::MAX),
        (i128::MIN, 1, i64::MIN),
        (i128::MAX, i128::MAX - 1, 1),
    ] {
        assert_eq!(fraction(n, d).round_half_up(), rounded, "{n}/{d}");
    }
}

#[test]
fn marks_read_with_two_decimals() {
    for (hundredths, text) in [
        (9090, "90.90"),
        (5, "0.05"),
        (0, "0.00"),
        (10_000, "100.00"),
        (-150, "-1.50"),
    ] {
        assert_eq!(marks_text(hundredths), text);
    }
}

#[test]
fn a_rule_is_refused_for_each_fault() {
    assert_eq!(rule().validate(), Ok(()));
    let no_drops = Rule {
        drop_highest: 0,
        drop_lowest: 0,
        trim_from: 0,
        ..rule()
    };
    assert_eq!(no_drops.validate(), Ok(()));
    let changed = |change: fn(&mut Rule)| {
        let mut rule = rule();
        change(&mut rule);
        rule.validate().unwrap_err()
    };
    assert_eq!(changed(|r| r.criteria.clear()), RuleError::NoCriteria);
    assert_eq!(
        changed(|r| r.criteria[1].id = 1),
        RuleError::DuplicateCriterion(1)
    );
    assert_eq!(
        changed(|r| r.criteria[2].full_marks = 0),
        RuleError::NotPositive(3)
    );
    assert_eq!(
        changed(|r| r.criteria[2].full_marks += 1),
        RuleError::WrongSum(10_001)
    );
    assert_eq!(
        changed(|r| r.criteria[0].full_marks = i64::MAX).code(),
        "rule_full_marks_sum"
    );
    assert_eq!(changed(|r| r.trim_from = 2), RuleError::NothingLeft);
    assert_eq!(
        changed(|r| r.drop_highest = u32::MAX),
        RuleError::NothingLeft
    );
    assert_eq!(
        changed(|r| r.threshold = 10_001),
        RuleError::ThresholdOutOfRange(10_001)
    );
    assert_eq!(
        changed(|r| r.threshold = -1),
        RuleError::ThresholdOutOfRange(-1)
    );
    assert_eq!(changed(|r| r.quorum_numerator = 0), RuleError::BadQuorum);
    assert_eq!(changed(|r| r.quorum_numerator = 4), RuleError::BadQuorum);
    assert_eq!(
        changed(|r| r.criteria[2].full_marks += 1).to_string(),
        "各项满分合计应为 100.00 分，现为 100.01 分"
    );
}

#[test]
fn five_sheets_lose_the_highest_and_the_lowest() {
    let sheets = [
        sheet(1, [3600, 1850, 1350, 2200]),
        sheet(2, [3800, 1900, 1400, 2400]),
        sheet(3, [3000, 1500, 1200, 1900]),
        sheet(4, [3650, 1800, 1300, 2300]),
        sheet(5, [3700, 1850, 1400, 2250]),
    ];
    let score = score_subject(&rule(), &sheets).unwrap();
    assert_eq!(score.kept, [1, 4, 5]);
    assert_eq!(score.dropped, [(2, Dropped::Highest), (3, Dropped::Lowest)]);
    assert_eq!(score.total, fraction(9000 + 9050 + 9200, 3));
    assert_eq!(score.shown, 9083);
    let means: Vec<_> = score
        .criteria
        .iter()
        .map(|(id, exact, shown)| (*id, exact.to_string(), *shown))
        .collect();
    assert_eq!(
        means,
        [
            (1, "3650/1".into(), 3650),
            (2, "5500/3".into(), 1833),
            (3, "1350/1".into(), 1350),
            (4, "2250/1".into(), 2250),
        ]
    );
    assert_eq!(score.sheets, 5);
}

#[test]
fn four_sheets_are_all_counted_and_none_gives_nothing() {
    let sheets = [1, 2, 3, 4].map(|id| with_total(id, id, 7000 + 1000 * id / 2));
    let score = score_subject(&rule(), &sheets).unwrap();
    assert_eq!(
        (score.kept, score.dropped, score.shown),
        (vec![1, 2, 3, 4], vec![], 8250)
    );
    assert_eq!(score_subject(&rule(), &[]), None);
}

#[test]
fn among_equal_totals_the_last_submitted_then_the_larger_id_is_dropped() {
    for (sheets, highest, lowest) in [
        (
            [
                (1, 10, 9000),
                (2, 30, 9000),
                (3, 20, 8000),
                (4, 1, 7000),
                (5, 2, 7000),
            ],
            2,
            5,
        ),
        (
            [
                (1, 10, 9000),
                (2, 10, 9000),
                (3, 20, 8000),
                (4, 7, 7000),
                (5, 7, 7000),
            ],
            2,
            5,
        ),
        (
            [
                (1, 50, 8000),
                (2, 40, 8000),
                (3, 30, 8000),
                (4, 20, 8000),
                (5, 10, 8000),
            ],
            1,
            2,
        ),
    ] {
        let sheets = sheets.map(|(id, at, total)| with_total(id, at, total));
        let score = score_subject(&rule(), &sheets).unwrap();
        assert_eq!(
            score.dropped,
            [(highest, Dropped::Highest), (lowest, Dropped::Lowest)]
        );
    }
}

#[test]
fn sheets_that_do_not_fit_the_rule_give_no_result() {
    let good = sheet(1, [3600, 1850, 1350, 2200]);
    let with = |marks: &[(i64, i64)]| Sheet {
        id: 2,
        marks: marks.to_vec(),
        ..good.clone()
    };
    for bad in [
        with(&[(1, 10), (2, 10), (3, 10)]),
        with(&[(1, 10), (2, 10), (3, 10), (3, 10)]),
        with(&[(1, 10), (2, 10), (3, 10), (9, 10)]),
        with(&[(1, 10), (2, 10), (3, 10), (4, 10), (9, 10)]),
        good.clone(),
    ] {
        assert_eq!(
            score_subject(&rule(), &[good.clone(), bad.clone()]).is_some(),
            bad.id == 1,
            "{bad:?}"
        );
    }
    let greedy = Rule {
        drop_highest: 3,
        trim_from: 2,
        ..rule()
    };
    assert_eq!(
        score_subject(&greedy, &[good.clone(), sheet(2, [0; 4])]),
        None
    );
}

#[test]
fn ranks_down_the_tie_ladder() {
    use TieBreak::{Criterion, None as Alone, Recorded, Shared};
    type Row = (i64, u32, TieBreak);
    let cases: [(&str, Vec<Entry>, Vec<Row>); 8] = [
        (
            "by total",
            vec![entry(1, 80, [1, 1, 1], None), entry(2, 90, [0, 0, 0], None)],
            vec![(2, 1, Alone), (1, 2, Alone)],
        ),
        (
            "by the first, then the second criterion",
            vec![
                entry(1, 90, [40, 20, 30], None),
                entry(2, 90, [41, 10, 39], None),
                entry(3, 90, [40, 25, 25], None),
            ],
            vec![
                (2, 1, Criterion(1)),
                (3, 2, Criterion(2)),
                (1, 3, Criterion(2)),
            ],
        ),
        (
            "criteria go before lots",
            vec![
                entry(1, 90, [40, 20, 30], Some(1)),
                entry(2, 90, [41, 10, 39], Some(2)),
            ],
            vec![(2, 1, Criterion(1)), (1, 2, Criterion(1))],
        ),
        (
            "by lots",
            vec![
                entry(1, 90, [40, 20, 30], Some(2)),
                entry(2, 90, [40, 20, 30], Some(1)),
            ],
            vec![(2, 1, Recorded), (1, 2, Recorded)],
        ),
        (
            "shared: 1, 2, 2, 4",
            vec![
                entry(1, 90, [1, 2, 3], None),
                entry(2, 80, [1, 2, 3], None),
                entry(3, 80, [1, 2, 3], None),
                entry(4, 70, [1, 2, 3], None),
            ],
            vec![(1, 1, Alone), (2, 2, Shared), (3, 2, Shared), (4, 4, Alone)],
        ),
        (
            "lots that leave one out decide nothing",
            vec![
                entry(1, 80, [1, 2, 3], Some(2)),
                entry(2, 80, [1, 2, 3], Some(1)),
                entry(3, 80, [1, 2, 3], None),
            ],
            vec![(1, 1, Shared), (2, 1, Shared), (3, 1, Shared)],
        ),
        (
            "the same lot twice is shared",
            vec![
                entry(1, 80, [1, 2, 3], Some(1)),
                entry(2, 80, [1, 2, 3], Some(2)),
                entry(3, 80, [1, 2, 3], Some(1)),
            ],
            vec![(1, 1, Shared), (3, 1, Shared), (2, 3, Recorded)],
        ),
        ("nobody", vec![], vec![]),
    ];
    for (name, entries, expected) in cases {
        let ranked: Vec<Row> = rank(&entries)
            .iter()
            .map(|r| (r.subject, r.rank, r.resolved_by))
            .collect();
        assert_eq!(ranked, expected, "{name}");
    }
}

#[test]
fn only_the_shown_total_counts() {
    let (mut higher, lower) = (
        entry(1, 9083, [1, 0, 0], None),
        entry(2, 9083, [2, 0, 0], None),
    );
    higher.score.total = fraction(27_251, 3);
    assert_eq!(rank(&[higher, lower])[0].subject, 2);
}

#[test]
fn proposes_within_quota_and_threshold() {
    use Outcome::{BelowThreshold, Reserve, Tied, Winner};
    type Case<'a> = (&'a str, &'a [(u32, i64)], u32, &'a [Outcome]);
    let cases: [Case; 8] = [
        (
            "quota",
            &[(1, 9000), (2, 8000), (3, 7500)],
            1,
            &[Winner, Reserve(1), Reserve(2)],
        ),
        (
            "threshold",
            &[(1, 7000), (2, 6999)],
            2,
            &[Winner, BelowThreshold],
        ),
        ("nobody good enough", &[(1, 100)], 2, &[BelowThreshold]),
        (
            "straddling",
            &[(1, 9000), (2, 8000), (2, 8000), (4, 7000)],
            2,
            &[Winner, Tied, Tied, Reserve(2)],
        ),
        (
            "within",
            &[(1, 9000), (1, 9000), (3, 8000)],
            2,
            &[Winner, Winner, Reserve(1)],
        ),
        (
            "shared reserve",
            &[(1, 9000), (2, 8000), (2, 8000), (4, 7500)],
            1,
            &[Winner, Reserve(1), Reserve(1), Reserve(3)],
        ),
        (
            "shared below",
            &[(1, 6000), (1, 6000)],
            1,
            &[BelowThreshold, BelowThreshold],
        ),
        ("no quota", &[(1, 9000)], 0, &[Reserve(1)]),
    ];
    for (name, places, quota, expected) in cases {
        let place = |(subject, (rank, shown)): (i64, &(u32, i64))| Ranked {
            subject,
            rank: *rank,
            shown: *shown,
            resolved_by: TieBreak::None,
        };
        let ranked: Vec<Ranked> = (1..).zip(places).map(place).collect();
        let proposed: Vec<Outcome> = winners(&ranked, quota, 7000)
            .iter()
            .map(|p| p.outcome)
            .collect();
        assert_eq!(proposed, expected, "{name}");
    }
}

#[test]
fn quorum_is_exact() {
    for (valid, eligible, met) in [
        (4, 6, true),
        (3, 5, false),
        (4, 5, true),
        (5, 7, true),
        (4, 7, false),
        (0, 0, false),
    ] {
        assert_eq!(
            quorum_met(valid, eligible, 2, 3),
            met,
            "{valid} of {eligible}"
        );
    }
    assert!(quorum_met(u32::MAX, u32::MAX, u32::MAX, u32::MAX));
    assert!(!quorum_met(5, 5, 1, 0));
}

#[test]
fn comments_are_required_outside_60_to_95_percent() {
    for (mark, full, required) in [
        (2399, 4000, true),
        (2400, 4000, false),
        (3800, 4000, false),
        (3801, 4000, true),
        (900, 1500, false),
        (899, 1500, true),
        (1425, 1500, false),
        (1426, 1500, true),
        (0, 1500, true),
        (i64::MAX, i64::MAX, true),
    ] {
        assert_eq!(comment_required(mark, full), required, "{mark} of {full}");
    }
}

#[test]
fn marks_stay_in_range_and_step() {
    for (mark, full, step, result) in [
        (0, 4000, 50, Ok(())),
        (3650, 4000, 50, Ok(())),
        (4000, 4000, 50, Ok(())),
        (3333, 3333, 50, Ok(())),
        (3301, 3333, 50, Err(MarkError::OutOfStep(50))),
        (3610, 4000, 10, Ok(())),
        (3611, 4000, 10, Err(MarkError::OutOfStep(10))),
        (3611, 4000, 1, Ok(())),
        (-50, 4000, 50, Err(MarkError::Negative)),
        (4050, 4000, 50, Err(MarkError::AboveFull(4000))),
        (100, 4000, 0, Err(MarkError::OutOfStep(0))),
    ] {
        assert_eq!(
            check_mark(mark, full, step),
            result,
            "{mark} of {full} by {step}"
        );
    }
    assert_eq!(
        MarkError::AboveFull(4000).to_string(),
        "分数不能超过满分 40.00 分"
    );
}

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
