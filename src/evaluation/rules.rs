//! Evaluation rules, pure: marks, trimming, means, ranking, proposed outcomes.
//!
//! Every mark, total, threshold and full mark is an `i64` in **hundredths of a mark** (9090 is 90.90 分); means are
//! exact [`Fraction`]s of hundredths and are rounded half up (四舍五入) once, at the end. There is no floating point.
//! Source of the rules: domain.md module 3 评审, decisions.md "Marks".

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub mod lots;

use super::Aggregation;

/// What all criteria of a rule add up to: 100.00 marks, in hundredths.
pub const FULL_MARKS: i64 = 10_000;
/// Award threshold when the round says nothing: 70.00 marks, in hundredths.
pub const DEFAULT_THRESHOLD: i64 = 7_000;
/// Trimming starts from this many valid sheets when the round says nothing.
pub const DEFAULT_TRIM_FROM: u32 = 5;
/// Steps in which marks may be given, in hundredths; the first (0.5) is the default.
pub const MARK_STEPS: [i64; 3] = [50, 10, 1];

/// An exact ratio in lowest terms with a positive denominator. In this module its value is in hundredths of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// Nothing: 0/1.
    pub const ZERO: Self = Self {
        numerator: 0,
        denominator: 1,
    };

    /// `numerator / denominator` in lowest terms; `None` for a zero denominator or beyond the range of `i128`.
    pub fn from_ratio(numerator: i128, denominator: i128) -> Option<Self> {
        let divisor =
            i128::try_from(gcd(numerator.unsigned_abs(), denominator.unsigned_abs())).ok()?;
        let (n, d) = (
            numerator.checked_div(divisor)?,
            denominator.checked_div(divisor)?,
        );
        match d.cmp(&0) {
            Ordering::Greater => Some(Self {
                numerator: n,
                denominator: d,
            }),
            Ordering::Less => Some(Self {
                numerator: n.checked_neg()?,
                denominator: d.checked_neg()?,
            }),
            Ordering::Equal => None,
        }
    }

    /// The upper number, with the sign.
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// The lower number, always positive.
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    /// The exact sum; `None` beyond the range of `i128`.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Self::from_ratio(
            left.checked_add(right)?,
            self.denominator.checked_mul(other.denominator)?,
        )
    }

    /// The nearest integer, a half going up; so hundredths in, hundredths out. Stops at the ends of `i64`.
    pub fn round_half_up(self) -> i64 {
        let floor = self.numerator.div_euclid(self.denominator);
        let rest = self.numerator.rem_euclid(self.denominator);
        let rounded = if rest >= self.denominator - rest {
            floor.saturating_add(1)
        } else {
            floor
        };
        i64::try_from(rounded).unwrap_or(if rounded > 0 { i64::MAX } else { i64::MIN })
    }
}

impl Ord for Fraction {
    /// By value, as continued fractions, so that nothing can overflow.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut a, mut b) = (self.numerator, self.denominator);
        let (mut c, mut d) = (other.numerator, other.denominator);
        loop {
            let whole = a.div_euclid(b).cmp(&c.div_euclid(d));
            let (left, right) = (a.rem_euclid(b), c.rem_euclid(d));
            if whole != Ordering::Equal || left == 0 || right == 0 {
                return whole.then(left.signum().cmp(&right.signum()));
            }
            // left/b < right/d exactly when d/right < b/left.
            (a, b, c, d) = (d, right, b, left);
        }
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Hundredths as people read them, always two decimals: 9090 is `90.90`.
pub fn marks_text(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let size = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

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

/// One submitted, counted score sheet: one reviewer on one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Identifies the sheet.
    pub id: i64,
    /// The reviewer's stable alias.
    pub reviewer: String,
    /// When it was submitted, microseconds UTC.
    pub submitted_at: i64,
    /// `(criterion id, mark in hundredths)`, each criterion of the rule exactly once, in any order.
    pub marks: Vec<(i64, i64)>,
}

impl Sheet {
    /// The sum of the marks, hundredths.
    pub fn total(&self) -> i64 {
        self.marks
            .iter()
            .fold(0, |sum, (_, mark)| sum.saturating_add(*mark))
    }

    fn mark(&self, criterion: i64) -> Option<i64> {
        self.marks
            .iter()
            .find(|(id, _)| *id == criterion)
            .map(|(_, mark)| *mark)
    }
}

/// The end from which a sheet was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dropped {
    /// 去掉一个最高分.
    Highest,
    /// 去掉一个最低分.
    Lowest,
}

/// The result of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectScore {
    /// Sheets the mean is over, ascending by id.
    pub kept: Vec<i64>,
    /// Sheets left out, in the order of dropping: highest first.
    pub dropped: Vec<(i64, Dropped)>,
    /// The mean of the kept sheets, exact, hundredths.
    pub total: Fraction,
    /// The same as shown, hundredths.
    pub shown: i64,
    /// Per criterion, in the rule's order: id, exact mean over the kept sheets, the same as shown. The exact means add
    /// up exactly to `total`; the shown ones need not add up to `shown`.
    pub criteria: Vec<(i64, Fraction, i64)>,
    /// Valid sheets, kept and dropped.
    pub sheets: usize,
}

/// The score of a subject. Whole sheets are dropped by total; among equal totals the one submitted last goes,
/// then the one with the larger id. The order of `sheets` does not matter.
///
/// `None` when there is no sheet, when a sheet does not carry each criterion of the rule exactly once (rather no
/// result than a wrong one), or when dropping would leave nothing (a rule that [`Rule::validate`] refuses).
pub fn score_subject(rule: &Rule, sheets: &[Sheet]) -> Option<SubjectScore> {
    let mut left: Vec<&Sheet> = sheets.iter().collect();
    left.sort_by_key(|sheet| sheet.id);

    let mut dropped = Vec::new();
    let (highest, lowest) = rule.drops(sheets.len());
    for (times, end) in [(highest, Dropped::Highest), (lowest, Dropped::Lowest)] {
        for _ in 0..times {
            let extreme = outermost(&left, end)?;
            left.retain(|sheet| sheet.id != extreme);
            dropped.push((extreme, end));
        }
    }
    if left.len() + dropped.len() != sheets.len()
        || sheets.iter().any(|s| s.marks.len() != rule.criteria.len())
    {
        return None;
    }

    let count = i128::try_from(left.len()).ok()?;
    let mut criteria = Vec::with_capacity(rule.criteria.len());
    for criterion in &rule.criteria {
        if sheets
            .iter()
            .any(|sheet| sheet.mark(criterion.id).is_none())
        {
            return None;
        }
        let sum: i128 = left
            .iter()
            .filter_map(|s| s.mark(criterion.id))
            .map(i128::from)
            .sum();
        let mean = Fraction::from_ratio(sum, count)?;
        criteria.push((criterion.id, mean, mean.round_half_up()));
    }
    let sum: i128 = left
        .iter()
        .flat_map(|s| &s.marks)
        .map(|(_, mark)| i128::from(*mark))
        .sum();
    let total = Fraction::from_ratio(sum, count)?;
    Some(SubjectScore {
        kept: left.iter().map(|sheet| sheet.id).collect(),
        dropped,
        total,
        shown: total.round_half_up(),
        criteria,
        sheets: sheets.len(),
    })
}

fn outermost(sheets: &[&Sheet], end: Dropped) -> Option<i64> {
    let height = |sheet: &Sheet| match end {
        Dropped::Highest => sheet.total(),
        Dropped::Lowest => sheet.total().saturating_neg(),
    };
    let outermost = sheets
        .iter()
        .max_by_key(|s| (height(s), s.submitted_at, s.id))?;
    Some(outermost.id)
}

/// A scored subject that takes part in a ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The bid, project or site.
    pub subject: i64,
    /// Its result under the same rule as all others.
    pub score: SubjectScore,
    /// Place in the chair's recorded vote or drawing of lots, smaller is better.
    pub tie_break: Option<u32>,
}

/// What set a subject apart from those with the same shown total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TieBreak {
    /// Nothing was needed: no other subject has this shown total.
    None,
    /// The mean of this criterion, the deepest that had to be looked at.
    Criterion(i64),
    /// The chair's recorded vote or lots.
    Recorded,
    /// Nothing did: the rank is shared (并列).
    Shared,
}

/// A place in the ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    /// The bid, project or site.
    pub subject: i64,
    /// 1 is best; a shared rank leaves a gap after it (1, 2, 2, 4).
    pub rank: u32,
    /// The shown total the rank rests on, hundredths.
    pub shown: i64,
    /// How a tie was broken, if there was one.
    pub resolved_by: TieBreak,
}

/// Those with the same shown total, by their shown criterion means, best first.
type ByMeans<'a> = BTreeMap<Vec<Reverse<i64>>, Vec<&'a Entry>>;

/// Ranks by the **shown** total; equal ones go down the ladder: the shown mean of the first criterion, of the second
/// …, the recorded vote or lots, else a shared rank. Criterion means are compared as shown, like the total, so that
/// everyone can follow the ranking from what is published. A recorded order counts only if every subject still tied
/// has a place in it: one drawn before another subject joined the tie decides nothing.
///
/// The answer is ordered by rank, then subject, whatever the order of `entries`.
pub fn rank(entries: &[Entry]) -> Vec<Ranked> {
    let mut ladder: BTreeMap<Reverse<i64>, ByMeans> = BTreeMap::new();
    for entry in entries {
        let means = entry
            .score
            .criteria
            .iter()
            .map(|(_, _, shown)| Reverse(*shown))
            .collect();
        ladder
            .entry(Reverse(entry.score.shown))
            .or_default()
            .entry(means)
            .or_default()
            .push(entry);
    }

    let mut ranked = Vec::with_capacity(entries.len());
    for (Reverse(shown), by_means) in &ladder {
        for (means, tied) in by_means {
            let recorded = tied.iter().all(|entry| entry.tie_break.is_some());
            let mut places: BTreeMap<Option<u32>, BTreeSet<i64>> = BTreeMap::new();
            for entry in tied {
                places
                    .entry(entry.tie_break.filter(|_| recorded))
                    .or_default()
                    .insert(entry.subject);
            }
            for subjects in places.values() {
                let resolved_by = if subjects.len() > 1 {
                    TieBreak::Shared
                } else if tied.len() > 1 {
                    TieBreak::Recorded
                } else {
                    deepest_criterion(means, by_means)
                };
                let rank = u32::try_from(ranked.len())
                    .unwrap_or(u32::MAX)
                    .saturating_add(1);
                ranked.extend(subjects.iter().map(|subject| Ranked {
                    subject: *subject,
                    rank,
                    shown: *shown,
                    resolved_by,
                }));
            }
        }
    }
    ranked
}

/// The deepest criterion needed to tell `means` from the others of the same total.
fn deepest_criterion(means: &[Reverse<i64>], same_total: &ByMeans) -> TieBreak {
    let common =
        |other: &[Reverse<i64>]| means.iter().zip(other).take_while(|(a, b)| a == b).count();
    let depth = same_total
        .keys()
        .filter(|other| other.as_slice() != means)
        .map(|other| common(other))
        .max();
    let entry = same_total.get(means).and_then(|tied| tied.first());
    match depth
        .zip(entry)
        .and_then(|(depth, entry)| entry.score.criteria.get(depth))
    {
        Some((criterion, _, _)) => TieBreak::Criterion(*criterion),
        None => TieBreak::None,
    }
}

/// Whether enough of the eligible (not recused) reviewers handed in a valid sheet; exact. Nobody eligible is no quorum.
pub fn quorum_met(valid: u32, eligible: u32, numerator: u32, denominator: u32) -> bool {
    eligible > 0
        && denominator > 0
        && u64::from(valid) * u64::from(denominator) >= u64::from(eligible) * u64::from(numerator)
}

/// What the ranking proposes; the committee secretary decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Within the quota and not below the threshold.
    Winner,
    /// Behind the quota, first reserve is 1. A shared rank shares the number, too.
    Reserve(u32),
    /// Shown total below the threshold.
    BelowThreshold,
    /// The quota ends within this shared rank: the secretary decides, with a reason.
    Tied,
}

/// A subject and what the ranking proposes for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// The bid, project or site.
    pub subject: i64,
    /// What is proposed.
    pub outcome: Outcome,
}

/// Proposed outcomes of one ranking, in the order given. `threshold` in hundredths, compared with the shown total.
pub fn winners(ranked: &[Ranked], quota: u32, threshold: i64) -> Vec<Proposal> {
    let mut sharing: BTreeMap<u32, u32> = BTreeMap::new();
    for place in ranked {
        let count = sharing.entry(place.rank).or_default();
        *count = count.saturating_add(1);
    }
    let outcome = |place: &Ranked| {
        let behind = place.rank.saturating_sub(quota);
        let sharing = sharing.get(&place.rank).copied().unwrap_or(1);
        let last = place.rank.saturating_sub(1).saturating_add(sharing);
        if place.shown < threshold {
            Outcome::BelowThreshold
        } else if behind > 0 {
            Outcome::Reserve(behind)
        } else if last > quota {
            Outcome::Tied
        } else {
            Outcome::Winner
        }
    };
    ranked
        .iter()
        .map(|place| Proposal {
            subject: place.subject,
            outcome: outcome(place),
        })
        .collect()
}

/// Whether a mark needs a comment: below 60 % or above 95 % of the full marks; both limits themselves need none.
pub fn comment_required(mark: i64, full: i64) -> bool {
    let (mark, full) = (i128::from(mark) * 100, i128::from(full));
    mark < full * 60 || mark > full * 95
}

/// Why a mark is refused. `Display` is the reason in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkError {
    /// Below zero.
    Negative,
    /// Above these full marks, hundredths.
    AboveFull(i64),
    /// Not a multiple of this step, hundredths.
    OutOfStep(i64),
}

impl MarkError {
    /// Stable code for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Negative => "mark_negative",
            Self::AboveFull(_) => "mark_above_full",
            Self::OutOfStep(_) => "mark_out_of_step",
        }
    }
}

impl fmt::Display for MarkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Negative => write!(f, "分数不能小于 0"),
            Self::AboveFull(full) => write!(f, "分数不能超过满分 {} 分", marks_text(*full)),
            Self::OutOfStep(step) => write!(f, "分数须以 {} 分为一档", marks_text(*step)),
        }
    }
}

impl std::error::Error for MarkError {}

/// Whether a mark may be given: 0 to the full marks, in steps (50, 10 or 1 hundredths). The full marks themselves may
/// always be given, also where they are no multiple of the step.
pub fn check_mark(mark: i64, full: i64, step: i64) -> Result<(), MarkError> {
    if mark < 0 {
        Err(MarkError::Negative)
    } else if mark > full {
        Err(MarkError::AboveFull(full))
    } else if mark == full || mark.checked_rem(step) == Some(0) {
        Ok(())
    } else {
        Err(MarkError::OutOfStep(step))
    }
}

#[cfg(test)]
mod tests;
