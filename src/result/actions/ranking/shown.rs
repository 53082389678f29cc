//! The shapes of a result as it is shown.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::ids::{BidId, CriterionId, EvaluationId, RoundId, SheetId, SupersededId, TopicId};
use crate::marks::Mark;
use crate::numbers::Aggregation;
use crate::numbers::result_file::{Mean, TopicChange};
use crate::result::actions::minutes::MinuteFile;
use crate::result::{Outcome, Proposal};
use crate::rounds::{Lane, RoundState};

/// The result of a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundResult {
    pub round_id: RoundId,
    pub evaluation_id: EvaluationId,
    pub title: String,
    pub state: RoundState,
    pub computed_at: Instant,
    /// SHA-256 of `result.json`.
    pub digest: String,
    pub threshold: Mark,
    pub aggregation: Aggregation,
    /// The aggregation in one Chinese sentence.
    pub rule_text: String,
    /// Sheets dropped from the top and the bottom, and from how many sheets on.
    pub drop_highest: u32,
    pub drop_lowest: u32,
    pub trim_from: u32,
    pub criteria: Vec<RankedCriterion>,
    pub topics: Vec<RankedTopic>,
    pub decision: Option<ResultDecision>,
    /// Earlier results that an upheld objection took the place of, newest first.
    pub superseded: Vec<SupersededShown>,
    /// What this result changes against the newest of them, topic by topic.
    pub changes: Vec<TopicChange>,
    pub publicity_from: Option<NaiveDate>,
    pub publicity_until: Option<NaiveDate>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RankedCriterion {
    pub id: CriterionId,
    pub name: String,
    pub full_marks: Mark,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RankedTopic {
    pub id: TopicId,
    pub title: String,
    pub lane: Lane,
    pub quota: i64,
    /// Too few bids: nothing was scored.
    pub failed: bool,
    /// Reviewers less the recused ones.
    pub eligible_reviewers: u32,
    pub recusals: Vec<ResultRecusal>,
    /// How many bids there are in it.
    pub count: i64,
    /// Best first, a page of them.
    pub rows: Vec<RankedBid>,
    /// For the next page of this topic's rows, with `topic_id`; null on the last.
    pub next_cursor: Option<String>,
    /// Place of the last bid that reaches the threshold, if another one does not.
    #[serde(skip)]
    pub line: Option<i64>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ResultRecusal {
    pub alias: String,
    pub reason: String,
    /// Sheets that were handed in before: kept, not counted.
    pub sheets_set_aside: u32,
}

/// One bid in the ranking.
#[derive(Debug, Serialize, ToSchema)]
pub struct RankedBid {
    pub bid_id: BidId,
    #[serde(skip)]
    pub place: i64,
    pub title: String,
    pub organization: String,
    /// None if it was not scored.
    pub rank: Option<u32>,
    pub total: Option<ExactMean>,
    /// In the order of the criteria.
    pub criteria: Vec<ExactMean>,
    pub sheets_valid: u32,
    pub sheets_kept: u32,
    /// `none`, `criterion`, `recorded` or `shared`.
    pub resolved_by: &'static str,
    pub resolved_by_criterion: Option<String>,
    pub proposal: Proposal,
    pub proposed_reserve: Option<u32>,
    pub outcome: Option<Outcome>,
    pub reserve_order: Option<i64>,
    /// Where the decision departs from the proposal.
    pub reason: Option<String>,
    /// Mean of the z-scores each reviewer gave it, for who sees all sheets: information, never used for ranking.
    #[schema(example = "+0.83")]
    pub normalized: Option<String>,
    /// The rank it would have by `normalized` alone.
    pub normalized_rank: Option<i64>,
    /// Whether this reader may open it to its sheets.
    pub opens: bool,
    /// Every sheet under its alias; a bidding organization sees those on its own bids. Left out of a ranking with
    /// more than 40 such bids: `?bid_id=` gives them for one.
    pub sheets: Vec<ResultSheet>,
}

/// A mean: exact as a fraction in lowest terms, in marks, and as shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExactMean {
    pub numerator: i64,
    pub denominator: i64,
    #[schema(example = "90.90")]
    pub shown: String,
}

impl From<&Mean> for ExactMean {
    fn from(mean: &Mean) -> Self {
        Self {
            numerator: mean.numerator,
            denominator: mean.denominator,
            shown: mean.shown.clone(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ResultSheet {
    pub id: SheetId,
    #[schema(example = "R1")]
    pub alias: String,
    pub submitted_at: String,
    pub total: Mark,
    #[schema(example = "90.90")]
    pub total_shown: String,
    /// `highest` or `lowest` if it was dropped.
    pub dropped: Option<&'static str>,
    /// Entered by the office from a signed paper sheet. For the committee, who know whose it is; null for others: with
    /// the alias it would tell them.
    pub on_paper: Option<bool>,
    pub marks: Vec<SheetMarkShown>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SheetMarkShown {
    pub criterion_id: CriterionId,
    pub criterion: String,
    pub mark: Mark,
    #[schema(example = "36.50")]
    pub shown: String,
    pub comment: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SupersededShown {
    pub id: SupersededId,
    pub digest: String,
    pub computed_at: Instant,
    pub reason: String,
    pub superseded_at: Instant,
    /// The decision it had, if one was taken.
    pub minute_number: Option<String>,
    pub minute_files: Vec<MinuteFile>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ResultDecision {
    pub minute_number: String,
    pub minute_date: NaiveDate,
    pub note: String,
    pub decided_at: Instant,
    /// The file of the minute, once it is attached.
    pub minute_files: Vec<MinuteFile>,
}

/// Label and tone of where a bid stands.
pub fn standing(row: &RankedBid) -> (String, &'static str) {
    match (row.outcome, row.proposal) {
        (Some(Outcome::Winner), _) => ("中标".to_owned(), "green"),
        (Some(Outcome::Reserve), _) => (format!("备选第 {}", row.reserve_order.unwrap_or(1)), ""),
        (Some(Outcome::Rejected), _) => ("未中标".to_owned(), ""),
        (Some(Outcome::Void), _) => ("取消资格".to_owned(), "red"),
        (None, Proposal::Winner) => ("拟中标".to_owned(), "green"),
        (None, Proposal::Reserve) => (format!("备选第 {}", row.proposed_reserve.unwrap_or(1)), ""),
        (None, Proposal::Tied) => ("并列待定".to_owned(), "amber"),
        (None, Proposal::BelowThreshold) => ("低于分数线".to_owned(), ""),
        (None, Proposal::NoQuorum) => ("评分人数不足".to_owned(), "amber"),
        (None, Proposal::FailedTopic) => ("流标".to_owned(), "amber"),
    }
}
