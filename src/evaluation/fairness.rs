//! Whether the marks may be trusted, from a result alone: leniency and spread of each reviewer, agreement of the
//! panel, outliers, and whether the winners hang on one reviewer or on trimming. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::result_file::{ProposedOutcome, ResultFile, recompute};
use super::rules::{Fraction, marks_text};
use crate::ids::{BidId, SheetId};

/// A sheet is pointed out if its total lies this far from the mean of the others on the same bid, hundredths.
pub const OUTLIER: i64 = 1_500;

/// For the chair and the supervisor.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Fairness {
    pub reviewers: Vec<ReviewerReport>,
    /// Kendall's W, from 0 (no agreement) to 1 (the same order), tied ranks corrected; none below two reviewers or
    /// three bids scored by all of them.
    #[schema(example = 0.8123)]
    pub agreement: Option<f64>,
    /// Bids scored by every reviewer who handed in a sheet: what the agreement is computed over.
    pub agreement_bids: usize,
    pub agreement_reviewers: usize,
    pub outliers: Vec<Outlier>,
    pub sensitivity: Vec<Sensitivity>,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReviewerReport {
    #[schema(example = "R1")]
    pub alias: String,
    pub sheets: usize,
    /// Mean of the totals given, in marks.
    #[schema(example = "82.50")]
    pub mean: String,
    /// Standard deviation of the totals given, in marks.
    #[schema(example = "6.10")]
    pub spread: String,
    /// Mean of own total less the panel's mean on the same bid: above zero is lenient.
    #[schema(example = "-1.25")]
    pub deviation: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Outlier {
    pub sheet_id: SheetId,
    pub bid_id: BidId,
    pub alias: String,
    pub total: String,
    /// Mean of the others on the same bid.
    pub others: String,
}

/// What would be proposed otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Sensitivity {
    /// `without_reviewer` or `without_trimming`.
    #[schema(example = "without_reviewer")]
    pub change: &'static str,
    pub alias: Option<String>,
    /// Whether the same bids would win.
    pub same_winners: bool,
    /// Bids that would win instead.
    pub would_win: Vec<BidId>,
    /// Bids that would no longer win.
    pub would_lose: Vec<BidId>,
}

/// The report of a result.
pub fn report(file: &ResultFile) -> Result<Fairness, String> {
    let mut by_bid: BTreeMap<i64, Vec<(&str, i64, i64)>> = BTreeMap::new();
    let mut by_reviewer: BTreeMap<&str, Vec<(i64, i64)>> = BTreeMap::new();
    for sheet in &file.sheets {
        by_bid.entry(sheet.bid_id).or_default().push((
            &sheet.alias,
            sheet.total_hundredths,
            sheet.id,
        ));
        by_reviewer
            .entry(&sheet.alias)
            .or_default()
            .push((sheet.bid_id, sheet.total_hundredths));
    }
    let means: BTreeMap<i64, Fraction> = by_bid
        .iter()
        .filter_map(|(bid, totals)| Some((*bid, mean(totals.iter().map(|(_, t, _)| *t))?)))
        .collect();
    let mut reviewers = Vec::new();
    for alias in &file.reviewers {
        let given = by_reviewer.get(alias.as_str()).cloned().unwrap_or_default();
        let own = mean(given.iter().map(|(_, total)| *total));
        let deviation = given
            .iter()
            .filter_map(|(bid, total)| {
                let panel = means.get(bid)?;
                Fraction::from_ratio(
                    i128::from(*total)
                        .checked_mul(panel.denominator())?
                        .checked_sub(panel.numerator())?,
                    panel.denominator(),
                )
            })
            .try_fold(Fraction::ZERO, |sum, each| sum.checked_add(each))
            .and_then(|sum| {
                let count = i128::try_from(given.len()).ok()?;
                Fraction::from_ratio(sum.numerator(), sum.denominator().checked_mul(count)?)
            });
        reviewers.push(ReviewerReport {
            alias: alias.clone(),
            sheets: given.len(),
            mean: shown(own),
            spread: spread(&given, own),
            deviation: shown(deviation),
        });
    }
    let (agreement, agreement_bids) = agreement(&by_reviewer);
    Ok(Fairness {
        reviewers,
        agreement,
        agreement_bids,
        agreement_reviewers: by_reviewer.len(),
        outliers: outliers(&by_bid),
        sensitivity: sensitivity(file)?,
    })
}

fn mean(totals: impl Iterator<Item = i64>) -> Option<Fraction> {
    let (mut sum, mut count) = (0i128, 0i128);
    for total in totals {
        sum += i128::from(total);
        count += 1;
    }
    Fraction::from_ratio(sum, count)
}

fn shown(value: Option<Fraction>) -> String {
    value.map_or_else(String::new, |value| marks_text(value.round_half_up()))
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a statistic of small numbers that decides nothing"
)]
fn spread(given: &[(i64, i64)], mean: Option<Fraction>) -> String {
    let Some(mean) = mean else {
        return String::new();
    };
    let mean = mean.numerator() as f64 / mean.denominator() as f64;
    let squares: f64 = given
        .iter()
        .map(|(_, total)| (*total as f64 - mean).powi(2))
        .sum();
    marks_text((squares / given.len() as f64).sqrt().round() as i64)
}

/// Kendall's W over the bids every reviewer with a sheet has scored, and how many those are.
#[expect(
    clippy::cast_precision_loss,
    reason = "a statistic of small numbers that decides nothing"
)]
fn agreement(by_reviewer: &BTreeMap<&str, Vec<(i64, i64)>>) -> (Option<f64>, usize) {
    let mut common: Option<BTreeSet<i64>> = None;
    for given in by_reviewer.values() {
        let bids: BTreeSet<i64> = given.iter().map(|(bid, _)| *bid).collect();
        common = Some(match common {
            None => bids,
            Some(common) => common.intersection(&bids).copied().collect(),
        });
    }
    let common = common.unwrap_or_default();
    let (m, n) = (by_reviewer.len() as f64, common.len() as f64);
    if by_reviewer.len() < 2 || common.len() < 3 {
        return (None, common.len());
    }
    let mut sums: BTreeMap<i64, f64> = BTreeMap::new();
    let mut ties = 0.0;
    for given in by_reviewer.values() {
        let totals: Vec<(i64, i64)> = given
            .iter()
            .filter(|(bid, _)| common.contains(bid))
            .copied()
            .collect();
        let mut groups: BTreeMap<i64, f64> = BTreeMap::new();
        for (_, total) in &totals {
            *groups.entry(*total).or_default() += 1.0;
        }
        ties += groups.values().map(|t| t.powi(3) - t).sum::<f64>();
        for (bid, total) in &totals {
            let better = totals.iter().filter(|(_, other)| other > total).count() as f64;
            let equal = groups.get(total).copied().unwrap_or(1.0);
            *sums.entry(*bid).or_default() += better + (equal + 1.0) / 2.0;
        }
    }
    let middle = m * (n + 1.0) / 2.0;
    let squares: f64 = sums.values().map(|sum| (sum - middle).powi(2)).sum();
    let most = m * m * (n.powi(3) - n) - m * ties;
    if most <= 0.0 {
        return (None, common.len());
    }
    let w = 12.0 * squares / most;
    (Some((w * 10_000.0).round() / 10_000.0), common.len())
}

fn outliers(by_bid: &BTreeMap<i64, Vec<(&str, i64, i64)>>) -> Vec<Outlier> {
    let mut found = Vec::new();
    for (bid, sheets) in by_bid {
        for (alias, total, id) in sheets {
            let others = mean(
                sheets
                    .iter()
                    .filter(|(_, _, other)| other != id)
                    .map(|(_, t, _)| *t),
            );
            let Some(others) = others.map(Fraction::round_half_up) else {
                continue;
            };
            if (total - others).abs() >= OUTLIER {
                found.push(Outlier {
                    sheet_id: SheetId(*id),
                    bid_id: BidId(*bid),
                    alias: (*alias).to_owned(),
                    total: marks_text(*total),
                    others: marks_text(others),
                });
            }
        }
    }
    found
}

fn winners(file: &ResultFile) -> Result<BTreeSet<i64>, String> {
    Ok(recompute(file)?
        .iter()
        .flat_map(|topic| &topic.rows)
        .filter(|row| row.proposed == ProposedOutcome::Winner)
        .map(|row| row.bid_id)
        .collect())
}

fn sensitivity(file: &ResultFile) -> Result<Vec<Sensitivity>, String> {
    let now = winners(file)?;
    let compare = |change: &'static str, alias: Option<&String>, other: &ResultFile| {
        let then = winners(other)?;
        Ok::<_, String>(Sensitivity {
            change,
            alias: alias.cloned(),
            same_winners: now == then,
            would_win: then.difference(&now).map(|bid| BidId(*bid)).collect(),
            would_lose: now.difference(&then).map(|bid| BidId(*bid)).collect(),
        })
    };
    let mut found = Vec::new();
    for alias in &file.reviewers {
        let mut other = file.clone();
        other.reviewers.retain(|reviewer| reviewer != alias);
        other.sheets.retain(|sheet| sheet.alias != *alias);
        other.recusals.retain(|recusal| recusal.alias != *alias);
        found.push(compare("without_reviewer", Some(alias), &other)?);
    }
    let mut other = file.clone();
    other.rule.trim.drop_highest = 0;
    other.rule.trim.drop_lowest = 0;
    found.push(compare("without_trimming", None, &other)?);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three reviewers, three bids; W by hand.
    #[test]
    fn agreement_is_kendalls_w() {
        let given = |a: i64, b: i64, c: i64| vec![(1, a), (2, b), (3, c)];
        let same = BTreeMap::from([
            ("R1", given(9000, 8000, 7000)),
            ("R2", given(9100, 8500, 6000)),
        ]);
        assert_eq!(agreement(&same), (Some(1.0), 3));
        // Ranks 123, 231, 312: every sum is 6, so no agreement at all.
        let none = BTreeMap::from([
            ("R1", given(9000, 8000, 7000)),
            ("R2", given(8000, 7000, 9000)),
            ("R3", given(7000, 9000, 8000)),
        ]);
        assert_eq!(agreement(&none), (Some(0.0), 3));
        // Ranks 1 2.5 2.5 and 1 2 3: sums 2, 4.5, 5.5; S = 6.5; W = 78 / (4*24 - 2*6) = 0.9286.
        let tied = BTreeMap::from([
            ("R1", given(9000, 8000, 8000)),
            ("R2", given(9000, 8000, 7000)),
        ]);
        assert_eq!(agreement(&tied), (Some(0.9286), 3));
        let few = BTreeMap::from([("R1", vec![(1, 1), (2, 2)]), ("R2", vec![(1, 1), (2, 2)])]);
        assert_eq!(agreement(&few), (None, 2));
    }

    #[test]
    fn one_reviewer_far_from_the_others_is_pointed_out() {
        let sheets = BTreeMap::from([(1, vec![("R1", 9000, 1), ("R2", 9000, 2), ("R3", 7000, 3)])]);
        let found = outliers(&sheets);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].alias, "R3");
        assert_eq!(found[0].others, "90.00");
    }
}
