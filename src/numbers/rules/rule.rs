//! The rule of an evaluation: criteria, aggregation, threshold, quorum.

use std::collections::BTreeSet;
use std::fmt;

use crate::numbers::Aggregation;
use crate::numbers::rules::marks_text;

/// What all criteria of a rule add up to: 100.00 marks, in hundredths.
pub const FULL_MARKS: i64 = 10_000;

/// Award threshold when the round says nothing: 70.00 marks, in hundredths.
pub const DEFAULT_THRESHOLD: i64 = 7_000;

/// Trimming starts from this many valid sheets when the round says nothing.
pub const DEFAULT_TRIM_FROM: u32 = 5;

/// One thing that is marked, e.g. 方案优劣 out of 40.00.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// Identifies it on the sheets.
    pub id: i64,
    /// As shown.
    pub name: String,
    /// The most it can earn, hundredths.
    pub full_marks: i64,
}

/// How sheets become a ranking. The order of the criteria is the order of the tie ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What is done with the sheets of a subject; the drops below are for the trimmed mean alone.
    pub aggregation: Aggregation,
    /// Sheets dropped from the top, once trimming applies.
    pub drop_highest: u32,
    /// Sheets dropped from the bottom, once trimming applies.
    pub drop_lowest: u32,
    /// Trimming applies to a subject with at least this many valid sheets.
    pub trim_from: u32,
    /// The least shown total that may win, hundredths.
    pub threshold: i64,
    /// Quorum, upper number (2 of 2/3).
    pub quorum_numerator: u32,
    /// Quorum, lower number (3 of 2/3).
    pub quorum_denominator: u32,
    /// In order; full marks add up to [`FULL_MARKS`].
    pub criteria: Vec<Criterion>,
}

/// Why a rule cannot be used. `Display` is the reason in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleError {
    /// No criterion at all.
    NoCriteria,
    /// The same criterion id twice.
    DuplicateCriterion(i64),
    /// Full marks of this criterion are zero or less.
    NotPositive(i64),
    /// Full marks add up to this (hundredths) and not to 100.00.
    WrongSum(i128),
    /// With `trim_from` sheets nothing would be left.
    NothingLeft,
    /// Threshold outside 0–100.00.
    ThresholdOutOfRange(i64),
    /// Quorum not above 0 and at most 1.
    BadQuorum,
}

impl RuleError {
    /// Stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCriteria => "rule_no_criteria",
            Self::DuplicateCriterion(_) => "rule_duplicate_criterion",
            Self::NotPositive(_) => "rule_full_marks_not_positive",
            Self::WrongSum(_) => "rule_full_marks_sum",
            Self::NothingLeft => "rule_nothing_left",
            Self::ThresholdOutOfRange(_) => "rule_threshold_range",
            Self::BadQuorum => "rule_quorum",
        }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCriteria => write!(f, "至少要有一项评分标准"),
            Self::DuplicateCriterion(id) => write!(f, "评分标准 {id} 重复"),
            Self::NotPositive(id) => write!(f, "评分标准 {id} 的满分必须大于 0"),
            Self::WrongSum(sum) => match i64::try_from(*sum) {
                Ok(sum) => write!(f, "各项满分合计应为 100.00 分，现为 {} 分", marks_text(sum)),
                Err(_) => write!(f, "各项满分合计应为 100.00 分"),
            },
            Self::NothingLeft => write!(f, "去掉最高分和最低分后至少要剩一份评分表"),
            Self::ThresholdOutOfRange(value) => {
                write!(
                    f,
                    "中标分数线应在 0 至 100.00 分之间，现为 {} 分",
                    marks_text(*value)
                )
            }
            Self::BadQuorum => write!(f, "法定人数比例应大于 0 且不超过 1"),
        }
    }
}

impl std::error::Error for RuleError {}

impl Rule {
    /// The defaults of domain.md module 1: drop 1 + 1 from 5 sheets, threshold 70.00, quorum two thirds.
    pub fn with_criteria(criteria: Vec<Criterion>) -> Self {
        Self {
            aggregation: Aggregation::TrimmedMean,
            drop_highest: 1,
            drop_lowest: 1,
            trim_from: DEFAULT_TRIM_FROM,
            threshold: DEFAULT_THRESHOLD,
            quorum_numerator: 2,
            quorum_denominator: 3,
            criteria,
        }
    }

    /// How many of so many sheets are dropped from the top and from the bottom. The median keeps the middle one, or the
    /// middle two: criterion means over the kept sheets then add up to the score, whatever the aggregation.
    pub fn drops(&self, sheets: usize) -> (u32, u32) {
        let sheets = u32::try_from(sheets).unwrap_or(u32::MAX);
        match self.aggregation {
            Aggregation::Mean => (0, 0),
            Aggregation::Median => {
                let side = sheets.saturating_sub(1) / 2;
                (side, side)
            }
            Aggregation::TrimmedMean if sheets >= self.trim_from => {
                (self.drop_highest, self.drop_lowest)
            }
            Aggregation::TrimmedMean => (0, 0),
        }
    }

    /// The aggregation in one sentence, without a full stop.
    pub fn sentence(&self) -> String {
        match self.aggregation {
            Aggregation::Mean => "全部有效评分表取平均，四舍五入到两位小数".to_owned(),
            Aggregation::Median => {
                "按合计取居中的一份评分表，双数时取居中两份的平均，四舍五入到两位小数".to_owned()
            }
            Aggregation::TrimmedMean => format!(
                "有效评分表达到 {} 份时，去掉 {} 份最高和 {} 份最低，取平均，四舍五入到两位小数",
                self.trim_from, self.drop_highest, self.drop_lowest
            ),
        }
    }

    /// Whether the rule can be used at all; says the first thing that is wrong.
    pub fn validate(&self) -> Result<(), RuleError> {
        if self.criteria.is_empty() {
            return Err(RuleError::NoCriteria);
        }
        let mut seen = BTreeSet::new();
        for criterion in &self.criteria {
            if !seen.insert(criterion.id) {
                return Err(RuleError::DuplicateCriterion(criterion.id));
            }
            if criterion.full_marks <= 0 {
                return Err(RuleError::NotPositive(criterion.id));
            }
        }
        let sum: i128 = self.criteria.iter().map(|c| i128::from(c.full_marks)).sum();
        if sum != i128::from(FULL_MARKS) {
            return Err(RuleError::WrongSum(sum));
        }
        let drops = u64::from(self.drop_highest) + u64::from(self.drop_lowest);
        if drops > 0 && drops >= u64::from(self.trim_from) {
            return Err(RuleError::NothingLeft);
        }
        if !(0..=FULL_MARKS).contains(&self.threshold) {
            return Err(RuleError::ThresholdOutOfRange(self.threshold));
        }
        if self.quorum_numerator == 0 || self.quorum_numerator > self.quorum_denominator {
            return Err(RuleError::BadQuorum);
        }
        Ok(())
    }
}
