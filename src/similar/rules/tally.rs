//! Which trigrams many bids share, exactly and in little memory: the texts are read twice.
//!
//! The first reading counts in a sketch (two rows of small counters, conservatively updated), which never counts too
//! little: whatever more bids share than allowed becomes a suspect. The second counts the suspects alone.

use std::collections::{HashMap, HashSet};

/// Counters a row has for each bid; between the least and the most, a power of two.
const COUNTERS: usize = 256;
const LEAST: usize = 1 << 16;
const MOST: usize = 1 << 24;

/// How many of so many bids may share something: more than a fifth of them, or more than a hundred, and in any case more
/// than five, that is many. What so many share is the form's words and the trade's, not a bidder's.
pub fn limit(bids: usize) -> u8 {
    u8::try_from((bids / 5).clamp(5, 100)).unwrap_or(100)
}

pub struct Tally {
    limit: u8,
    mask: u64,
    rows: [Vec<u8>; 2],
    suspects: HashMap<u64, u32>,
}

impl Tally {
    /// For so many bids.
    pub fn new(bids: usize) -> Self {
        let counters = (bids.saturating_mul(COUNTERS))
            .clamp(LEAST, MOST)
            .next_power_of_two();
        Self {
            limit: limit(bids),
            mask: counters as u64 - 1,
            rows: [vec![0; counters], vec![0; counters]],
            suspects: HashMap::new(),
        }
    }

    /// A bid's trigrams, each once, at the first reading.
    pub fn first(&mut self, grams: &[u64]) {
        let [one, other] = &mut self.rows;
        for gram in grams {
            let place = |half: u64| usize::try_from(half & self.mask).unwrap_or(0);
            let (Some(a), Some(b)) = (
                one.get_mut(place(*gram)),
                other.get_mut(place(gram.rotate_right(32))),
            ) else {
                continue;
            };
            let counted = (*a).min(*b);
            if counted < self.limit {
                *a = (*a).max(counted + 1);
                *b = (*b).max(counted + 1);
            } else {
                self.suspects.insert(*gram, 0);
            }
        }
    }

    /// Between the readings: these never count.
    pub fn ignore(&mut self, grams: &[u64]) {
        self.rows = [Vec::new(), Vec::new()];
        for gram in grams {
            self.suspects.insert(*gram, u32::from(self.limit) + 1);
        }
    }

    /// The same bid's at the second; answers how many of them count, at least.
    pub fn second(&mut self, grams: &[u64]) -> u32 {
        let mut count = 0;
        for gram in grams {
            match self.suspects.get_mut(gram) {
                Some(times) => *times += 1,
                None => count += 1,
            }
        }
        count
    }

    /// What does not count.
    pub fn shared(self) -> HashSet<u64> {
        self.suspects
            .into_iter()
            .filter(|(_, times)| *times > u32::from(self.limit))
            .map(|(gram, _)| gram)
            .collect()
    }
}
