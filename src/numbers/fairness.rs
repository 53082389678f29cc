//! Whether the marks may be trusted, from a result alone: leniency and spread of each reviewer, agreement of the
//! panel, outlying marks, favour, carelessness, and whether the winners hang on one reviewer or on the way of
//! counting. Pure.
//!
//! Everything here points at sheets to look at; it decides nothing, and the page says so. What is compared with what:
//! a reviewer's total on a bid is held against the others' totals on the same bid, each less its giver's leniency, by
//! medians, so that one reviewer who is off does not make the others look off. [`findings`] names the limits.

mod agreement;
mod findings;
mod fit;
mod normalized;
mod note;
mod sensitivity;
mod statistics;

pub use findings::{Finding, FindingKind};
pub use normalized::normalized;
pub use note::NAMING;
pub use sensitivity::{Change, Sensitivity};

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{BidId, SheetId};
use crate::numbers::fairness::fit::Fit;
use crate::numbers::result_file::ResultFile;
use crate::numbers::rules::marks_text;

/// Bids of organizations that stand near a reviewer's own in the tree, by alias: below the committee they share an
/// organization above. Their topics are none the reviewer is recused from.
pub type Kin = BTreeMap<String, BTreeSet<i64>>;

/// For the chair and the supervisor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fairness {
    /// SHA-256 of the `result.json` it was made from; empty if it was not made from a stored one.
    pub result_digest: String,
    /// Bids with a sheet that counts; below eight nobody is named. None in reports made before this was told.
    #[serde(default)]
    pub bids: Option<usize>,
    /// What to look at first; empty if nothing stands out, or if there are too few bids to name anybody.
    pub findings: Vec<Finding>,
    pub reviewers: Vec<ReviewerReport>,
    /// Kendall's W, from 0 (no agreement) to 1 (the same order), tied ranks corrected; none below two reviewers or
    /// three bids scored by all of them.
    #[schema(example = 0.8123)]
    pub agreement: Option<f64>,
    /// Bids scored by every reviewer who handed in a sheet: what the agreement is computed over.
    pub agreement_bids: usize,
    pub agreement_reviewers: usize,
    /// The usual distance of a total from what the others and the reviewer's own leniency lead to expect, in marks.
    #[schema(example = "2.80")]
    pub noise: String,
    pub outliers: Vec<Outlier>,
    pub sensitivity: Vec<Sensitivity>,
    /// What a panel and a round of this size can show, and what they cannot.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
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
    /// How much higher (or lower) than the others' on the same bids the totals are, typically: above zero is lenient.
    #[schema(example = "-1.25")]
    pub deviation: String,
    /// Correlation of the totals with what the others gave the same bids; none where one side does not vary.
    #[schema(example = 0.91)]
    pub correlation: Option<f64>,
    /// Bids of organizations near the reviewer's own in the tree.
    pub near_bids: usize,
    /// How much higher these were marked than the others and the own leniency lead to expect, in marks.
    pub near_favour: Option<String>,
}

/// A sheet far from what the others gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Outlier {
    pub sheet_id: SheetId,
    pub bid_id: BidId,
    pub alias: String,
    pub total: String,
    /// Median of the others on the same bid.
    pub others: String,
    /// Distance less the reviewer's leniency, in marks, with its sign.
    pub distance: String,
    /// The criterion whose mark lies farthest from the others', in share of its full marks.
    pub criterion: String,
}

/// The report of a result.
pub fn report(file: &ResultFile, digest: &str, kin: &Kin) -> Fairness {
    let fit = Fit::of(file);
    let bids = note::scored(file);
    let (agreement, agreement_bids, agreement_reviewers) = agreement::agreement(file);
    Fairness {
        result_digest: digest.to_owned(),
        bids: Some(bids),
        findings: if bids < NAMING {
            Vec::new()
        } else {
            findings::findings(file, &fit, kin)
        },
        reviewers: file
            .reviewers
            .iter()
            .map(|alias| reviewer(&fit, alias, kin))
            .collect(),
        agreement,
        agreement_bids,
        agreement_reviewers,
        noise: in_marks(fit.noise),
        outliers: findings::outliers(file, &fit),
        sensitivity: sensitivity::sensitivity(file),
        notes: note::notes(file, &fit, agreement),
    }
}

fn reviewer(fit: &Fit, alias: &str, kin: &Kin) -> ReviewerReport {
    let totals = fit.totals(alias);
    let near = findings::near(fit, alias, kin);
    ReviewerReport {
        alias: alias.to_owned(),
        sheets: totals.len(),
        mean: some_in_marks(&totals, statistics::mean(&totals)),
        spread: some_in_marks(&totals, statistics::spread(&totals)),
        deviation: some_in_marks(&totals, fit.leniency(alias)),
        correlation: fit.correlation(alias).map(|r| (r * 100.0).round() / 100.0),
        near_bids: near.len(),
        near_favour: (!near.is_empty()).then(|| in_marks(statistics::mean(&near))),
    }
}

fn some_in_marks(of: &[f64], hundredths: f64) -> String {
    if of.is_empty() {
        String::new()
    } else {
        in_marks(hundredths)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "totals are at most 10000 hundredths"
)]
pub fn in_marks(hundredths: f64) -> String {
    marks_text(hundredths.round() as i64)
}

#[cfg(test)]
mod planted;
