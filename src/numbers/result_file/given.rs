//! What a result was computed from.

use serde::{Deserialize, Serialize};

use crate::numbers::Aggregation;
use crate::numbers::rules::{self, Criterion, Rule};

/// The round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundInfo {
    /// Identifies it.
    pub id: i64,
    /// Its year.
    pub year: i32,
    /// Its title.
    pub title: String,
}

/// The rule, less its criteria.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleInfo {
    /// Always 10000.
    pub full_marks_hundredths: i64,
    /// How sheets become a score; files of before there was a choice are trimmed means.
    #[serde(default = "trimmed")]
    pub aggregation: Aggregation,
    /// When and how many sheets are dropped; without effect on a mean or a median.
    pub trim: Trim,
    /// How means are rounded.
    pub rounding: Rounding,
    /// The ladder for equal shown totals; always [`TieStep::LADDER`].
    pub tie_break: Vec<TieStep>,
    /// The least shown total that may win.
    pub threshold_hundredths: i64,
    /// How many reviewers must have scored a bid.
    pub quorum: Quorum,
}

fn trimmed() -> Aggregation {
    Aggregation::TrimmedMean
}

/// Trimming of whole sheets by total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trim {
    /// Sheets dropped from the top.
    pub drop_highest: u32,
    /// Sheets dropped from the bottom.
    pub drop_lowest: u32,
    /// From this many sheets of a bid on.
    pub from_sheets: u32,
}

/// A share of the appointed seats, never fewer than [`rules::LEAST_SHEETS`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quorum {
    /// 2 of 2/3.
    pub numerator: u32,
    /// 3 of 2/3.
    pub denominator: u32,
    /// Seats appointed to judge a bid; files of before counted those who were not recused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointed: Option<u32>,
}

impl Quorum {
    /// Whether so many counted sheets are enough; `eligible` were left to judge the bid.
    pub(super) fn met(&self, sheets: u32, eligible: u32) -> bool {
        let (numerator, denominator) = (self.numerator, self.denominator);
        match self.appointed {
            Some(seats) => sheets >= rules::quorum(seats, numerator, denominator),
            None => rules::quorum_met(sheets, eligible, numerator, denominator),
        }
    }
}

/// How means are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rounding {
    /// Half up (四舍五入) to two decimals, once, at the end.
    #[serde(rename = "half_up_2")]
    HalfUp2,
}

/// A step of the tie ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieStep {
    /// The shown mean of the first criterion, then of the second ….
    CriterionMeansInOrder,
    /// The order recorded by the chair, if it covers all that are still tied.
    RecordedVoteOrLots,
    /// A shared rank (并列).
    SharedRank,
}

impl TieStep {
    /// The one ladder there is.
    pub const LADDER: [Self; 3] = [
        Self::CriterionMeansInOrder,
        Self::RecordedVoteOrLots,
        Self::SharedRank,
    ];
}

/// A criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionInfo {
    /// Identifies it.
    pub id: i64,
    /// As shown.
    pub name: String,
    /// The most it can earn.
    pub full_marks_hundredths: i64,
}

/// Who set a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// 党委设定.
    Commissioned,
    /// 基层自选.
    SelfProposed,
}

/// A topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Identifies it.
    pub id: i64,
    /// As shown.
    pub title: String,
    /// How many may win.
    pub quota: u32,
    /// Who set it.
    pub lane: Lane,
}

/// A bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bid {
    /// Identifies it.
    pub id: i64,
    /// Where it competes.
    pub topic_id: i64,
    /// As shown.
    pub title: String,
    /// Name of the bidding organization.
    pub organization: String,
}

/// A counted score sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetInfo {
    /// Identifies it; decides last which of two equal sheets is dropped.
    pub id: i64,
    /// The reviewer.
    pub alias: String,
    /// The bid.
    pub bid_id: i64,
    /// UTC, RFC 3339 with six decimals: `2026-03-01T01:00:00.000000Z`. See [`instant_text`].
    pub submitted_at: String,
    /// One mark per criterion, in their order.
    pub marks: Vec<MarkInfo>,
    /// The sum of the marks; [`ResultFile::complete`] fills it in.
    pub total_hundredths: i64,
}

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkInfo {
    /// The criterion.
    pub criterion_id: i64,
    /// The mark.
    pub mark_hundredths: i64,
}

/// A reviewer who did not score a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recusal {
    /// The reviewer.
    pub alias: String,
    /// The topic.
    pub topic_id: i64,
    /// Why.
    pub reason: String,
    /// Sheets on the topic's bids that were handed in before: kept, not counted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sheets_set_aside: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Who was to mark a bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The bid.
    pub bid_id: i64,
    /// Aliases, sorted.
    pub reviewers: Vec<String>,
}

/// How an order was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieBreakMethod {
    /// The panel voted.
    Vote,
    /// Lots were drawn.
    Lots,
}

/// The place of a bid in a recorded vote or drawing of lots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedTieBreak {
    /// The bid.
    pub bid_id: i64,
    /// Smaller is better.
    pub order: u32,
    /// How it was found.
    pub method: TieBreakMethod,
}

impl RuleInfo {
    /// The rule as the file carries it; its criteria go to [`criteria_of`].
    pub fn of(rule: &Rule) -> Self {
        Self {
            aggregation: rule.aggregation,
            full_marks_hundredths: rules::FULL_MARKS,
            trim: Trim {
                drop_highest: rule.drop_highest,
                drop_lowest: rule.drop_lowest,
                from_sheets: rule.trim_from,
            },
            rounding: Rounding::HalfUp2,
            tie_break: TieStep::LADDER.to_vec(),
            threshold_hundredths: rule.threshold,
            quorum: Quorum {
                numerator: rule.quorum_numerator,
                denominator: rule.quorum_denominator,
                appointed: None,
            },
        }
    }
}

impl RuleInfo {
    /// How sheets become a score, in one sentence without a full stop.
    pub fn sentence(&self) -> String {
        self.rule(&[]).sentence()
    }

    pub(super) fn rule(&self, criteria: &[CriterionInfo]) -> Rule {
        let criterion = |c: &CriterionInfo| Criterion {
            id: c.id,
            name: c.name.clone(),
            full_marks: c.full_marks_hundredths,
        };
        Rule {
            aggregation: self.aggregation,
            drop_highest: self.trim.drop_highest,
            drop_lowest: self.trim.drop_lowest,
            trim_from: self.trim.from_sheets,
            threshold: self.threshold_hundredths,
            quorum_numerator: self.quorum.numerator,
            quorum_denominator: self.quorum.denominator,
            criteria: criteria.iter().map(criterion).collect(),
        }
    }
}

/// The criteria as the file carries them.
pub fn criteria_of(rule: &Rule) -> Vec<CriterionInfo> {
    let info = |c: &Criterion| CriterionInfo {
        id: c.id,
        name: c.name.clone(),
        full_marks_hundredths: c.full_marks,
    };
    rule.criteria.iter().map(info).collect()
}
