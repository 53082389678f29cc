//! The index finds what comparing each with each finds.

use super::*;

/// Bids of a round, among them copies that keep from a tenth to all of another's sentences.
fn round_with_copies(seed: u64, count: usize) -> Vec<String> {
    let language = Language::new(seed, 20);
    let mut dice = Dice(seed);
    let mut texts: Vec<_> = (0..count)
        .map(|nth| language.bid(&mut dice, nth % 20))
        .collect();
    for nth in 0..count / 4 {
        let percent = 10 + dice.roll(91);
        texts[count - 1 - nth] = language.copy(&mut dice, &texts[nth].clone(), percent);
    }
    texts.iter().map(|text| text.concat()).collect()
}

#[test]
fn the_index_finds_what_comparing_each_with_each_finds() {
    for seed in 1..=3 {
        let bids = round_with_copies(seed, 240);
        let (counting, _, _) = counting(&bids, FORM);
        let mut each = HashSet::new();
        for (nth, one) in counting.iter().enumerate() {
            for (other, two) in counting.iter().enumerate().take(nth) {
                if measure(two, one).counts() {
                    each.insert((other, nth));
                }
            }
        }
        let (found, measured) = searched(&bids, FORM);
        assert!(each.len() > 40, "{} pairs", each.len());
        assert_eq!(found, each, "round {seed}");
        assert!(measured < each.len() * 3, "{measured} measured");
    }
}

#[test]
fn what_many_share_is_counted_exactly() {
    for bids in [3, 40, 300, 700] {
        let raw: Vec<Vec<u64>> = round_with_copies(9, bids)
            .iter()
            .map(|bid| grams([bid.as_str()]))
            .collect();
        let mut times: HashMap<u64, usize> = HashMap::new();
        for gram in raw.iter().flatten() {
            *times.entry(*gram).or_default() += 1;
        }
        let limit = (bids / 5).clamp(5, 100);
        times.retain(|_, times| *times > limit);
        let mut tally = Tally::new(bids);
        raw.iter().for_each(|bid| tally.first(bid));
        let papers = grams(["按照六个步骤组织实施"]);
        tally.ignore(&papers);
        let sizes: Vec<u32> = raw.iter().map(|bid| tally.second(bid)).collect();
        let shared = tally.shared();
        let expected: HashSet<u64> = times.keys().copied().chain(papers).collect();
        assert_eq!(shared, expected, "{bids} bids");
        assert_eq!(shared.len() > 8, bids > 3, "{} shared", shared.len());
        for (size, bid) in sizes.iter().zip(&raw) {
            assert!(*size as usize <= without(bid, &shared).len());
        }
    }
}

/// A pair that just counts is a candidate but for one in 200, one that shares half as much again but for one in 10,000.
#[test]
fn few_pairs_are_missed_where_they_just_count() {
    let mut dice = Dice(3);
    for (one, other) in [
        (60u64, 60u64),
        (120, 400),
        (115, 115),
        (300, 300),
        (300, 2000),
        (900, 700),
    ] {
        let least = u64::from(needed(one as u32, other as u32));
        for (shared, most) in [(least, 10), ((least * 3).div_ceil(2).min(one), 1)] {
            let missed = (0..1000)
                .filter(|_| {
                    let both: Vec<u64> = (0..one + other - shared).map(|_| dice.next()).collect();
                    let sorted = |grams: &[u64]| {
                        let mut grams = grams.to_vec();
                        grams.sort_unstable();
                        grams
                    };
                    let (left, right) = (
                        sorted(&both[..one as usize]),
                        sorted(&both[(one - shared) as usize..]),
                    );
                    assert!(measure(&left, &right).counts());
                    let mut builder = Builder::new(&HashSet::new());
                    builder.add(&signature(&left), one as u32);
                    builder.build().candidates(&signature(&right)).is_empty()
                })
                .count();
            assert!(
                missed <= most,
                "{one}, {other}: {missed} of 1,000 that share {shared}"
            );
        }
    }
}

#[test]
fn one_fewer_shared_does_not_count() {
    for (one, other) in [
        (40u32, 40u32),
        (60, 60),
        (120, 400),
        (115, 115),
        (300, 2000),
        (901, 703),
    ] {
        let of = |from: u32, length: u32| -> Vec<u64> {
            (u64::from(from)..u64::from(from + length)).collect()
        };
        let least = needed(one, other);
        assert!(measure(&of(0, one), &of(one - least, other)).counts());
        assert!(!measure(&of(0, one), &of(one - least + 1, other)).counts());
    }
}

#[test]
fn thresholds_grow_and_stay_below_the_mean() {
    let bounds = &*BOUNDS;
    for number in 1..3000u32 {
        assert!(bounds.shared(number) >= bounds.shared(number - 1));
        assert!(bounds.at_least(number) >= bounds.at_least(number - 1));
        assert!(bounds.shared(number) <= number.div_ceil(4));
        assert!(bounds.at_least(number) < number * 4);
    }
    assert!(bounds.shared(157) >= 20, "{}", bounds.shared(157));
}

#[test]
fn parts_keep_their_signatures() {
    let bids = [
        (1, vec![1, 2, u32::MAX]),
        (i64::MAX, Vec::new()),
        (7, vec![5]),
    ];
    let mut part = Vec::new();
    for (bid, signature) in &bids {
        pack(&mut part, *bid, signature);
    }
    assert_eq!(unpack(&part).collect::<Vec<_>>(), bids);
    // A torn part ends where it is torn.
    assert_eq!(unpack(&part[..part.len() - 1]).count(), 2);
    assert_eq!(unpack(&[]).count(), 0);
}

/// Ten times the bids: as many candidates a bid, so as much time.
#[test]
fn candidates_grow_with_the_bids_not_with_their_pairs() {
    let measured = |count| {
        let bids = round_with_copies(2, count);
        searched(&bids, FORM).1 as f64 / count as f64
    };
    let (few, many) = (measured(150), measured(1500));
    assert!(many < few * 2.0, "{few} a bid, then {many}");
}
