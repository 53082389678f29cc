mod laws;
mod rank;
mod score;

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
fn a_quorum_is_of_the_appointed_seats_and_of_three_at_least() {
    for (seats, numerator, denominator, needed) in [
        (5, 2, 3, 4),
        (7, 2, 3, 5),
        (9, 2, 3, 6),
        (5, 1, 2, 3),
        (5, 1, 100, 3),
        (3, 2, 3, 3),
        (0, 2, 3, 3),
        (u32::MAX, u32::MAX, 1, u32::MAX),
    ] {
        assert_eq!(quorum(seats, numerator, denominator), needed, "{seats}");
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
