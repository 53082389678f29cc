//! The normalised view (标准化分): what the ranking would look like if all reviewers were equally strict and equally
//! generous with differences. Information only: nothing is ranked or decided by it.

use std::collections::BTreeMap;

use crate::numbers::fairness::statistics::{mean, spread};
use crate::numbers::result_file::ResultFile;

/// Per bid the mean of its z-scores, hundredths. A reviewer's z-score of a bid is the total given, less the mean of all
/// totals this reviewer gave, in units of their standard deviation. Sheets of reviewers with fewer than three sheets,
/// or with one total for all, say nothing and are left out; a bid left with none has no entry.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a statistic of small numbers that decides nothing"
)]
pub fn normalized(file: &ResultFile) -> BTreeMap<i64, i64> {
    let mut given: BTreeMap<&str, Vec<(i64, f64)>> = BTreeMap::new();
    for sheet in &file.sheets {
        let total = sheet.total_hundredths as f64;
        let sheets = given.entry(&sheet.alias).or_default();
        sheets.push((sheet.bid_id, total));
    }
    let mut scores: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for sheets in given.values().filter(|sheets| sheets.len() >= 3) {
        let totals: Vec<f64> = sheets.iter().map(|(_, total)| *total).collect();
        let (middle, unit) = (mean(&totals), spread(&totals));
        if unit > 0.0 {
            for (bid, total) in sheets {
                scores
                    .entry(*bid)
                    .or_default()
                    .push((total - middle) / unit);
            }
        }
    }
    scores
        .into_iter()
        .map(|(bid, scores)| (bid, (mean(&scores) * 100.0).round() as i64))
        .collect()
}
