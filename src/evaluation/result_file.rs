//! `result.json`: a published result with its inputs and its rule, so that anyone can recompute it (domain.md module
//! 3, interface.md). Pure: text in, text out.
//!
//! Names ending in `_hundredths` are integers in hundredths of a mark. A [`Mean`] is in marks: `909/10`, shown `90.90`.
//! Whoever writes a file fills in the inputs and calls [`ResultFile::complete`], which sorts, checks and ranks; the
//! same inputs then give the same bytes. Whoever reads one calls [`ResultFile::from_json`] and [`differences`].
//! `tests/recompute.py` does the same computation in another language.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, SecondsFormat};
use serde::{Deserialize, Serialize};

use crate::evaluation::Aggregation;
use crate::evaluation::rules::{self, Criterion, Rule};

/// The version this program writes and reads.
pub const FORMAT_VERSION: u32 = 1;

/// Largest file read, bytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Largest id: 53 bits, so that every JSON reader keeps it exact.
const MAX_ID: i64 = (1 << 53) - 1;

/// Instants lie in 1970 to 9999, where RFC 3339 has four digits for the year.
const MAX_INSTANT: i64 = 253_402_300_799_999_999;

/// The whole file, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultFile {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The round.
    pub round: RoundInfo,
    /// How sheets become a ranking.
    pub rule: RuleInfo,
    /// What was marked, in the order of the tie ladder.
    pub criteria: Vec<CriterionInfo>,
    /// 标的, by id.
    pub topics: Vec<Topic>,
    /// The bids that were up for scoring, by id.
    pub bids: Vec<Bid>,
    /// Stable aliases of all reviewers of the panel, sorted.
    pub reviewers: Vec<String>,
    /// The counted sheets, by bid, then id.
    pub sheets: Vec<SheetInfo>,
    /// 回避, by topic, then alias.
    pub recusals: Vec<Recusal>,
    /// Recusals that two people lifted, by topic, then alias: they do not count, and are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifted_recusals: Vec<Recusal>,
    /// Who was to mark which bid, by bid, if the bids were divided among the panel; else everybody marks everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignments: Vec<Assignment>,
    /// Recorded votes and lots, by bid.
    pub tie_breaks: Vec<RecordedTieBreak>,
    /// How lots were drawn, by number, void draws included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<LotDraw>,
    /// The ranking, by topic; computed, never an input.
    #[serde(default)]
    pub ranking: Vec<TopicRanking>,
    /// What was decided, once it was.
    #[serde(default)]
    pub decision: Option<Decision>,
}

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
    /// The share of eligible reviewers that must have scored a bid.
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

/// A share of the eligible reviewers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quorum {
    /// 2 of 2/3.
    pub numerator: u32,
    /// 3 of 2/3.
    pub denominator: u32,
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
}

/// Who was to mark a bid; the quorum is a share of them.
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

/// Microseconds UTC as [`SheetInfo::submitted_at`] wants them; `None` outside 1970 to 9999.
pub fn instant_text(micros: i64) -> Option<String> {
    if !(0..=MAX_INSTANT).contains(&micros) {
        return None;
    }
    Some(DateTime::from_timestamp_micros(micros)?.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// Microseconds of a canonical instant.
pub fn instant(text: &str) -> Option<i64> {
    let micros = DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros();
    instant_text(micros)
        .filter(|canonical| canonical == text)
        .map(|_| micros)
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
            },
        }
    }
}

impl RuleInfo {
    /// How sheets become a score, in one sentence without a full stop.
    pub fn sentence(&self) -> String {
        self.rule(&[]).sentence()
    }

    fn rule(&self, criteria: &[CriterionInfo]) -> Rule {
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

impl ResultFile {
    /// Reads and checks a file's inputs. The carried ranking is not believed: see [`differences`].
    pub fn from_json(json: &str) -> Result<Self, String> {
        if json.len() > MAX_BYTES {
            return Err(format!("结果文件超过 {} MB", MAX_BYTES / 1024 / 1024));
        }
        let file: Self =
            serde_json::from_str(json).map_err(|error| format!("结果文件无法读取：{error}"))?;
        file.check()?;
        Ok(file)
    }

    /// The file's text: the same value gives the same bytes. Ends with a line feed.
    pub fn to_json(&self) -> Result<String, String> {
        pretty(self)
    }

    /// Puts everything in order, checks it, adds up the sheets and fills in the ranking.
    pub fn complete(mut self) -> Result<Self, String> {
        self.topics.sort_by_key(|topic| topic.id);
        self.bids.sort_by_key(|bid| bid.id);
        self.reviewers.sort();
        self.sheets.sort_by_key(|sheet| (sheet.bid_id, sheet.id));
        let place: BTreeMap<i64, usize> = self
            .criteria
            .iter()
            .zip(0..)
            .map(|(c, place)| (c.id, place))
            .collect();
        for sheet in &mut self.sheets {
            sheet
                .marks
                .sort_by_key(|mark| (place.get(&mark.criterion_id).copied(), mark.criterion_id));
        }
        self.recusals
            .sort_by(|a, b| (a.topic_id, &a.alias).cmp(&(b.topic_id, &b.alias)));
        self.lifted_recusals
            .sort_by(|a, b| (a.topic_id, &a.alias).cmp(&(b.topic_id, &b.alias)));
        self.assignments.sort_by_key(|one| one.bid_id);
        self.tie_breaks.sort_by_key(|tie| tie.bid_id);
        self.lots.sort_by_key(|draw| draw.number);
        if let Some(decision) = &mut self.decision {
            decision.items.sort_by_key(|item| item.bid_id);
        }
        self.check()?;
        for sheet in &mut self.sheets {
            sheet.total_hundredths = sheet.marks.iter().map(|mark| mark.mark_hundredths).sum();
        }
        self.ranking = recompute(&self)?;
        Ok(self)
    }

    /// The rule with its criteria, as the arithmetic takes it.
    pub fn rules(&self) -> Rule {
        self.rule.rule(&self.criteria)
    }
}

fn pretty<T: Serialize + ?Sized>(value: &T) -> Result<String, String> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| format!("结果文件无法写出：{error}"))?;
    Ok(text + "\n")
}

/// The ranking as `biaogan evaluation recompute` prints it.
pub fn ranking_json(ranking: &[TopicRanking]) -> Result<String, String> {
    pretty(ranking)
}

fn bad_instant(sheet: &SheetInfo) -> String {
    format!(
        "评分表 {} 的提交时间“{}”不是规范写法",
        sheet.id, sheet.submitted_at
    )
}

mod changes;
mod check;
mod compare;
mod lots;
mod recompute;
pub use changes::{BidChange, Standing, TopicChange, changes};
pub use compare::differences;
pub use lots::{LotDraw, LotPart, Revealed};
pub use recompute::recompute;

#[cfg(test)]
mod tests;
