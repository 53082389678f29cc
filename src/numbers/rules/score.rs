//! From the sheets of a subject to its score.

use crate::numbers::rules::{Fraction, Rule};

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
