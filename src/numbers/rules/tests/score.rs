//! Scores of single subjects.

use super::*;

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
