//! Candidates: an inverted index over the signatures of some bids of the round, asked with one signature at a time.
//!
//! A pair counts ([`super::Measure::counts`]) only if both texts share at least
//!
//! > s = max(40, min(0.15 · (n + m) / 1.15, 0.35 · min(n, m)))
//!
//! trigrams that count, where n and m are how many of each count. Their signatures then share a binomial number of
//! them, B(s, ¼). A pair is a candidate from t(s) shared values on, the greatest t with P(B(s, ¼) < t) ≤ 1/400. Of a
//! bid in the index n is known; of the other text m is concluded from its signature: with k counting values, m is taken
//! to be the greatest number with P(B(m, ¼) ≥ k) ≤ exp(-m · KL(k/m ‖ ¼)) ≤ 1/400, which is too much for one text in 400.
//! So of the pairs that just count at most one in 200 is missed, and of those that share more, far fewer: at J = 0.25
//! and 300 trigrams a text less than one in a million.
//!
//! No value stands in more than a hundred bids (others do not count), so an answer takes no longer than a hundred steps
//! a value, however many bids there are. A bid of 1,500 characters takes some 2 KB.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::signature::{KEPT, kept};
use super::{CONTAINED_FROM, JACCARD_FROM, SHARED_FROM};

/// A pair that just counts is missed so often by its shared values, and so often by each text's counting ones.
const MISSED: f64 = 1.0 / 400.0;
/// Tables hold so many values; above, Chernoff's simpler bounds do.
const TABLE: usize = 512;
/// Instead of a bid: the value does not count.
const IGNORED: u32 = u32::MAX;
/// Postings a bucket holds on the average, as a power of two.
const BUCKET: u32 = 1;

/// Bids by the values of their signatures.
pub struct Index {
    /// Value and place of the bid, sorted.
    postings: Vec<u64>,
    /// Where the values with the same first bits begin, and one more.
    buckets: Vec<u32>,
    shift: u32,
    /// Trigrams that count of each bid, at least.
    sizes: Vec<u32>,
    /// Shared values of each bid, all zero between two questions.
    shared: Vec<u16>,
}

/// A list of values becomes an index.
pub struct Builder {
    postings: Vec<u64>,
    sizes: Vec<u32>,
    ignored: HashSet<u32>,
}

impl Builder {
    /// An index in which these trigrams do not count.
    pub fn new(excluded: &HashSet<u64>) -> Self {
        let ignored: HashSet<u32> = excluded.iter().copied().filter_map(kept).collect();
        Self {
            postings: ignored
                .iter()
                .map(|value| posting(*value, IGNORED))
                .collect(),
            sizes: Vec::new(),
            ignored,
        }
    }

    /// The next bid, of which at least so many trigrams count.
    pub fn add(&mut self, signature: &[u32], size: u32) {
        let bid = u32::try_from(self.sizes.len()).unwrap_or(IGNORED);
        self.postings.extend(
            signature
                .iter()
                .filter(|value| !self.ignored.contains(value))
                .map(|value| posting(*value, bid)),
        );
        self.sizes.push(size);
    }

    pub fn build(mut self) -> Index {
        self.postings.shrink_to_fit();
        self.postings.sort_unstable();
        let bits = (self.postings.len().max(2).ilog2())
            .saturating_sub(BUCKET)
            .clamp(1, 31);
        let shift = 32 - bits;
        let mut buckets = Vec::with_capacity((1 << bits) + 1);
        let mut at: u32 = 0;
        let mut rest = self.postings.iter().peekable();
        for bucket in 0..1u64 << bits {
            buckets.push(at);
            while rest
                .next_if(|posting| **posting >> (32 + shift) == bucket)
                .is_some()
            {
                at += 1;
            }
        }
        buckets.push(at);
        Index {
            shared: vec![0; self.sizes.len()],
            postings: self.postings,
            buckets,
            shift,
            sizes: self.sizes,
        }
    }
}

fn posting(value: u32, bid: u32) -> u64 {
    (u64::from(value) << 32) | u64::from(bid)
}

impl Index {
    /// Places of the bids that may say the same, in no order.
    pub fn candidates(&mut self, signature: &[u32]) -> Vec<usize> {
        let mut touched: Vec<usize> = Vec::new();
        let mut size: u32 = 0;
        for value in signature {
            size += 1;
            for posting in bucket(&self.postings, &self.buckets, *value >> self.shift) {
                if posting >> 32 != u64::from(*value) {
                    continue;
                }
                let bid = posting & u64::from(u32::MAX);
                if bid == u64::from(IGNORED) {
                    size -= 1;
                    break;
                }
                let place = usize::try_from(bid).unwrap_or(usize::MAX);
                if let Some(shared) = self.shared.get_mut(place) {
                    if *shared == 0 {
                        touched.push(place);
                    }
                    *shared = shared.saturating_add(1);
                }
            }
        }
        let other = BOUNDS.at_least(size);
        touched.retain(|place| {
            let shared = self.shared.get_mut(*place).map(std::mem::take);
            let (Some(shared), Some(size)) = (shared, self.sizes.get(*place)) else {
                return false;
            };
            // Most share less than any pair must.
            u32::from(shared) >= BOUNDS.smallest
                && u32::from(shared) >= BOUNDS.shared(needed(*size, other))
        });
        touched
    }

    /// Bytes on the heap.
    pub fn bytes(&self) -> usize {
        self.postings.capacity() * 8
            + (self.buckets.capacity() + self.sizes.capacity()) * 4
            + self.shared.capacity() * 2
    }
}

fn bucket<'a>(postings: &'a [u64], buckets: &[u32], number: u32) -> &'a [u64] {
    let number = usize::try_from(number).unwrap_or(usize::MAX);
    let place = |at: usize| {
        buckets
            .get(at)
            .and_then(|place| usize::try_from(*place).ok())
    };
    place(number)
        .zip(place(number + 1))
        .and_then(|(from, until)| postings.get(from..until))
        .unwrap_or_default()
}

/// How many trigrams two texts share at least if their pair counts.
pub fn needed(one: u32, other: u32) -> u32 {
    let hundredths = |share: i64| u64::try_from(share).unwrap_or(0);
    let (jaccard, contained) = (hundredths(JACCARD_FROM), hundredths(CONTAINED_FROM));
    let together = ((u64::from(one) + u64::from(other)) * jaccard).div_ceil(10_000 + jaccard);
    let shorter = (u64::from(one.min(other)) * contained).div_ceil(10_000);
    let shared = together.min(shorter).max(SHARED_FROM as u64);
    u32::try_from(shared).unwrap_or(u32::MAX)
}

/// Made once.
pub static BOUNDS: LazyLock<Bounds> = LazyLock::new(Bounds::new);

/// What samples of one in four say of their wholes.
pub struct Bounds {
    /// By how many trigrams are shared.
    shared: Vec<u32>,
    /// By how many values count.
    sizes: Vec<u32>,
    smallest: u32,
}

impl Bounds {
    fn new() -> Self {
        let shared: Vec<u32> = (0..=TABLE).map(quantile).collect();
        let mut sizes = vec![0];
        let mut size: u32 = 0;
        for values in 1..=TABLE {
            while size + 1 < (values as u32) * 4 && unlikely(size + 1, values as f64) {
                size += 1;
            }
            sizes.push(size);
        }
        Self {
            smallest: shared.get(SHARED_FROM).copied().unwrap_or(1),
            shared,
            sizes,
        }
    }

    /// Texts that share so many trigrams have signatures that share at least so many values.
    pub fn shared(&self, trigrams: u32) -> u32 {
        of_table(&self.shared, trigrams, |trigrams| {
            let mean = trigrams / KEPT as f64;
            // P(B < mean - √(2 · mean · ln(1/ε)) + 1) ≤ ε.
            (mean - (2.0 * mean * (1.0 / MISSED).ln()).sqrt()) + 1.0
        })
    }

    /// A signature of so many counting values is of a text of at least so many counting trigrams.
    pub fn at_least(&self, values: u32) -> u32 {
        // P(B(m, ¼) ≥ m/4 + 3.5 · √k) ≤ exp(-3.5²/2) ≤ ε.
        of_table(&self.sizes, values, |values| {
            (values - 3.5 * values.sqrt()) * KEPT as f64
        })
    }
}

/// A table's value, and after its end the bound, which is lower at first. Both grow.
fn of_table(table: &[u32], at: u32, bound: impl Fn(f64) -> f64) -> u32 {
    let exact = usize::try_from(at).ok().and_then(|at| table.get(at));
    exact.copied().unwrap_or_else(|| {
        let last = table.last().copied().unwrap_or(0);
        last.max(bound(f64::from(at)).floor() as u32)
    })
}

/// Whether a sample of one in four of so many hardly has so many values.
fn unlikely(trigrams: u32, values: f64) -> bool {
    let (whole, chance) = (f64::from(trigrams), 1.0 / KEPT as f64);
    let share = values / whole;
    if share > 1.0 {
        return true;
    }
    let rest = if share < 1.0 {
        (1.0 - share) * ((1.0 - share) / (1.0 - chance)).ln()
    } else {
        0.0
    };
    whole * (share * (share / chance).ln() + rest) >= (1.0 / MISSED).ln()
}

/// The greatest t with P(B(shared, ¼) < t) ≤ [`MISSED`], and at least one.
fn quantile(shared: usize) -> u32 {
    let chance = 1.0 / KEPT as f64;
    let mut term = (1.0 - chance).powi(i32::try_from(shared).unwrap_or(i32::MAX));
    let (mut below, mut t) = (term, 1);
    for k in 0..shared {
        term *= (shared - k) as f64 / (k + 1) as f64 * chance / (1.0 - chance);
        if below + term > MISSED {
            break;
        }
        below += term;
        t += 1;
    }
    t
}
