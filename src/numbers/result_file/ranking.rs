//! What was computed, and what was decided on it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The ranking of one topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicRanking {
    /// The topic.
    pub topic_id: i64,
    /// Reviewers less the recused ones.
    pub eligible_reviewers: u32,
    /// By rank, then bid.
    pub rows: Vec<Row>,
    /// Bids without any counted sheet, ascending; they have no rank.
    pub unscored: Vec<i64>,
}

/// One bid in the ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The bid.
    pub bid_id: i64,
    /// 1 is best; 1, 2, 2, 4.
    pub rank: u32,
    /// The score.
    pub total: Mean,
    /// Means over the same sheets, in the order of the criteria.
    pub criteria: Vec<CriterionMean>,
    /// Valid sheets, dropped ones included.
    pub sheets: u32,
    /// Sheets the means are over.
    pub kept: u32,
    /// Sheets left out, highest first.
    pub dropped: Vec<DroppedSheet>,
    /// Whether enough eligible reviewers handed in a sheet.
    pub quorum_met: bool,
    /// What broke a tie.
    pub resolved_by: ResolvedBy,
    /// Which criterion, with [`ResolvedBy::Criterion`].
    pub resolved_by_criterion: Option<i64>,
    /// What the ranking proposes.
    pub proposed: ProposedOutcome,
    /// Which reserve, with [`ProposedOutcome::Reserve`]; the first is 1.
    pub reserve: Option<u32>,
}

/// A mean in marks: exact as a fraction in lowest terms, and as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mean {
    /// Upper number.
    pub numerator: i64,
    /// Lower number, positive.
    pub denominator: i64,
    /// Two decimals, half up: `90.90`.
    pub shown: String,
}

/// The mean of a criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionMean {
    /// The criterion.
    pub criterion_id: i64,
    /// Its mean.
    pub mean: Mean,
}

/// A sheet left out of the means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DroppedSheet {
    /// The sheet.
    pub sheet_id: i64,
    /// Its reviewer.
    pub alias: String,
    /// From which end.
    pub end: End,
}

/// The end from which a sheet was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// 去掉一个最高分.
    Highest,
    /// 去掉一个最低分.
    Lowest,
}

/// What broke a tie; see [`rules::TieBreak`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResolvedBy {
    /// There was none.
    None,
    /// A criterion's mean.
    Criterion,
    /// The recorded vote or lots.
    Recorded,
    /// Nothing: shared rank.
    Shared,
}

/// What the ranking proposes; see [`rules::Outcome`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposedOutcome {
    /// Wins.
    Winner,
    /// In reserve.
    Reserve,
    /// Below the threshold.
    BelowThreshold,
    /// The quota ends within a shared rank.
    Tied,
}

/// The decision of the 党委会.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Number of the minute.
    pub minute_number: String,
    /// Date of the minute, in China.
    pub minute_date: NaiveDate,
    /// SHA-256 of the fairness report that lay before whoever decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fairness_digest: Option<String>,
    /// By bid.
    pub items: Vec<DecisionItem>,
}

/// What was decided on one bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionItem {
    /// The bid.
    pub bid_id: i64,
    /// The outcome.
    pub outcome: DecidedOutcome,
    /// Which reserve, with [`DecidedOutcome::Reserve`].
    pub reserve: Option<u32>,
    /// Needed, and published, where the decision departs from the ranking.
    pub reason: Option<String>,
}

/// A decided outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidedOutcome {
    /// 中标.
    Winner,
    /// 备选.
    Reserve,
    /// 未中标.
    NotAwarded,
}
