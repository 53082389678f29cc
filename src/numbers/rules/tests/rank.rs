//! Ranks and proposed outcomes.

use super::*;

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
