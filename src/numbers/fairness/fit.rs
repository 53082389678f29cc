//! What each reviewer gave, split into the bid's worth, the reviewer's leniency, and the rest, by medians.

use std::collections::{BTreeMap, BTreeSet};

use crate::numbers::fairness::statistics::{correlation, median, robust_spread};
use crate::numbers::result_file::ResultFile;

/// Rounds of taking medians by turns; the split settles in a few.
const TURNS: usize = 8;

/// The rest is never taken to vary by less than this, hundredths: marks come in steps.
const LEAST_NOISE: f64 = 100.0;

/// How many sheets the noise of all weighs against that of a few.
const WEIGHT: f64 = 20.0;

/// Others on the same bid without whom nothing is said about a sheet.
const OTHERS: usize = 2;

/// A sheet against the others on the same bid.
#[derive(Debug, Clone)]
pub struct Given {
    pub sheet: i64,
    pub bid: i64,
    pub total: f64,
    /// Median of the others' totals less their leniencies; none with fewer than two others.
    pub others: Option<f64>,
    /// Total less own leniency less [`Self::others`].
    pub rest: Option<f64>,
}

#[derive(Debug)]
pub struct Fit {
    by_alias: BTreeMap<String, Vec<Given>>,
    leniency: BTreeMap<String, f64>,
    /// The usual size of the rest over all sheets, hundredths.
    pub noise: f64,
}

impl Fit {
    #[expect(
        clippy::cast_precision_loss,
        reason = "totals are at most 10000 hundredths"
    )]
    pub fn of(file: &ResultFile) -> Self {
        let mut by_bid: BTreeMap<i64, Vec<(&str, f64)>> = BTreeMap::new();
        let mut by_alias: BTreeMap<String, Vec<Given>> = BTreeMap::new();
        for sheet in &file.sheets {
            let total = sheet.total_hundredths as f64;
            let on_bid = by_bid.entry(sheet.bid_id).or_default();
            on_bid.push((&sheet.alias, total));
            by_alias
                .entry(sheet.alias.clone())
                .or_default()
                .push(Given {
                    sheet: sheet.id,
                    bid: sheet.bid_id,
                    total,
                    others: None,
                    rest: None,
                });
        }
        let leniency = leniencies(&by_bid, &by_alias);
        let of = |alias: &str| leniency.get(alias).copied().unwrap_or(0.0);
        for (alias, given) in &mut by_alias {
            for one in given {
                let others: Vec<f64> = by_bid
                    .get(&one.bid)
                    .into_iter()
                    .flatten()
                    .filter(|(other, _)| *other != alias.as_str())
                    .map(|(other, total)| total - of(other))
                    .collect();
                if others.len() >= OTHERS {
                    let worth = median(&others);
                    one.others = Some(worth);
                    one.rest = Some(one.total - of(alias) - worth);
                }
            }
        }
        let rests: Vec<f64> = by_alias
            .values()
            .flatten()
            .filter_map(|one| one.rest)
            .collect();
        Self {
            noise: robust_spread(&rests).max(LEAST_NOISE),
            by_alias,
            leniency,
        }
    }

    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.by_alias.keys().map(String::as_str)
    }

    pub fn given(&self, alias: &str) -> &[Given] {
        self.by_alias.get(alias).map_or(&[], Vec::as_slice)
    }

    pub fn totals(&self, alias: &str) -> Vec<f64> {
        self.given(alias).iter().map(|one| one.total).collect()
    }

    pub fn rests(&self, alias: &str) -> Vec<f64> {
        self.given(alias)
            .iter()
            .filter_map(|one| one.rest)
            .collect()
    }

    /// Against the panel's median leniency, hundredths.
    pub fn leniency(&self, alias: &str) -> f64 {
        self.leniency.get(alias).copied().unwrap_or(0.0)
    }

    /// How much this reviewer's rest varies, at least as much as everybody's.
    pub fn noise_of(&self, alias: &str) -> f64 {
        self.noise_among(&self.rests(alias))
    }

    /// How much these rests vary, at least as much as everybody's. A few say little by themselves: everybody's weighs
    /// as much as [`WEIGHT`] of them.
    #[expect(clippy::cast_precision_loss, reason = "a count of sheets")]
    pub fn noise_among(&self, rests: &[f64]) -> f64 {
        let count = rests.len() as f64;
        let squares = count * robust_spread(rests).powi(2) + WEIGHT * self.noise.powi(2);
        (squares / (count + WEIGHT)).sqrt().max(self.noise)
    }

    /// Of the totals with what the others gave the same bids.
    pub fn correlation(&self, alias: &str) -> Option<f64> {
        self.correlation_without(alias, &BTreeSet::new())
    }

    /// The same over the bids not set apart.
    pub fn correlation_without(&self, alias: &str, set_apart: &BTreeSet<i64>) -> Option<f64> {
        let pairs: Vec<(f64, f64)> = self
            .given(alias)
            .iter()
            .filter(|one| !set_apart.contains(&one.bid))
            .filter_map(|one| Some((one.total, one.others?)))
            .collect();
        correlation(&pairs)
    }
}

/// Median polish over those bids that at least two have marked.
fn leniencies(
    by_bid: &BTreeMap<i64, Vec<(&str, f64)>>,
    by_alias: &BTreeMap<String, Vec<Given>>,
) -> BTreeMap<String, f64> {
    let mut leniency: BTreeMap<String, f64> =
        by_alias.keys().map(|alias| (alias.clone(), 0.0)).collect();
    for _ in 0..TURNS {
        let of = |alias: &str| leniency.get(alias).copied().unwrap_or(0.0);
        let worth: BTreeMap<i64, f64> = by_bid
            .iter()
            .filter(|(_, given)| given.len() > OTHERS)
            .map(|(bid, given)| {
                let adjusted: Vec<f64> = given.iter().map(|(who, total)| total - of(who)).collect();
                (*bid, median(&adjusted))
            })
            .collect();
        let mut next: BTreeMap<String, f64> = by_alias
            .iter()
            .map(|(alias, given)| {
                let above: Vec<f64> = given
                    .iter()
                    .filter_map(|one| Some(one.total - worth.get(&one.bid)?))
                    .collect();
                (alias.clone(), median(&above))
            })
            .collect();
        let middle = median(&next.values().copied().collect::<Vec<_>>());
        for value in next.values_mut() {
            *value -= middle;
        }
        leniency = next;
    }
    leniency
}
