//! What comes in: the rule of an evaluation, and who takes which seat.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::error::{FieldErrors, Result, sound};
use crate::ids::UserId;
use crate::marks::Mark;
use crate::numbers::Aggregation;
use crate::numbers::rules::{self, MARK_STEPS, Rule, RuleError};
use crate::seats::Seat;

/// One thing that is marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CriterionInput {
    #[validate(length(min = 1, max = 40))]
    #[schema(example = "方案优劣", min_length = 1, max_length = 40)]
    pub name: String,
    /// The most it can earn; all add up to 100.
    #[schema(example = 40)]
    pub full_marks: Mark,
    #[serde(default)]
    #[validate(length(max = 500))]
    #[schema(max_length = 500)]
    pub description: String,
}

/// How sheets become a ranking. Left out, each part has its usual value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RuleInput {
    /// In the order of the tie ladder.
    #[validate(length(min = 1, max = 20), nested)]
    #[schema(min_items = 1, max_items = 20)]
    pub criteria: Vec<CriterionInput>,
    /// The drops below are for `trimmed_mean` alone.
    pub aggregation: Aggregation,
    #[validate(range(min = 0, max = 10))]
    #[schema(minimum = 0, maximum = 10)]
    pub drop_highest: i64,
    #[validate(range(min = 0, max = 10))]
    #[schema(minimum = 0, maximum = 10)]
    pub drop_lowest: i64,
    /// Whole sheets are dropped from this many valid ones on.
    #[validate(range(min = 1, max = 100))]
    #[schema(minimum = 1, maximum = 100)]
    pub trim_from: i64,
    /// The least that may win.
    #[schema(example = 70)]
    pub threshold: Mark,
    /// 0.5, 0.1 or 0.01.
    #[schema(example = 0.5)]
    pub mark_step: Mark,
    #[validate(range(min = 1, max = 100))]
    #[schema(minimum = 1, maximum = 100)]
    pub quorum_numerator: i64,
    #[validate(range(min = 1, max = 100))]
    #[schema(minimum = 1, maximum = 100)]
    pub quorum_denominator: i64,
    /// The panel reads bids without organizations and names until the lock.
    pub blind: bool,
}

impl Default for RuleInput {
    fn default() -> Self {
        let criterion = |name: &str, full: i64, description: &str| CriterionInput {
            name: name.to_owned(),
            full_marks: Mark(full),
            description: description.to_owned(),
        };
        Self {
            criteria: vec![
                criterion(
                    "方案优劣",
                    4000,
                    "难题找得准，目标可衡量，办法可行，进度合理。",
                ),
                criterion("工作业绩", 2000, "近年工作和以往项目的实际成效。"),
                criterion("信誉", 1500, "荣誉、考评结果和履约情况。"),
                criterion("实施能力", 2500, "人员、经费和保障条件。"),
            ],
            aggregation: Aggregation::TrimmedMean,
            drop_highest: 1,
            drop_lowest: 1,
            trim_from: i64::from(rules::DEFAULT_TRIM_FROM),
            threshold: Mark(rules::DEFAULT_THRESHOLD),
            mark_step: Mark(50),
            quorum_numerator: 2,
            quorum_denominator: 3,
            blind: false,
        }
    }
}

impl RuleInput {
    /// Checks what the types cannot say. `prefix` is the field it came in, such as `rule`; empty for none.
    pub fn check(&self, prefix: &str) -> Result<()> {
        let mut errors = FieldErrors::new();
        let mut add = |name: String, text: String| {
            errors.entry(field(prefix, &name)).or_default().push(text);
        };
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for (n, criterion) in self.criteria.iter().enumerate() {
            let name = criterion.name.trim();
            if name.is_empty() {
                add(
                    format!("criteria[{n}][name]"),
                    "请填写标准名称。".to_owned(),
                );
            }
            if names.insert(name, n).is_some() {
                add(format!("criteria[{n}][name]"), "标准名称重复。".to_owned());
            }
            if criterion.full_marks.0 <= 0 || criterion.full_marks.0 > rules::FULL_MARKS {
                add(
                    format!("criteria[{n}][full_marks]"),
                    "满分须大于 0，不超过 100。".to_owned(),
                );
            }
        }
        if !MARK_STEPS.contains(&self.mark_step.0) {
            add(
                "mark_step".to_owned(),
                "每档分值只能是 0.5、0.1 或 0.01。".to_owned(),
            );
        }
        if errors.is_empty()
            && let Err(error) = self.rule().validate()
        {
            let name = match error {
                RuleError::NoCriteria
                | RuleError::DuplicateCriterion(_)
                | RuleError::NotPositive(_)
                | RuleError::WrongSum(_) => "criteria",
                RuleError::NothingLeft => "trim_from",
                RuleError::ThresholdOutOfRange(_) => "threshold",
                RuleError::BadQuorum => "quorum_numerator",
            };
            errors
                .entry(field(prefix, name))
                .or_default()
                .push(format!("{error}。"));
        }
        sound(errors)
    }

    /// As the rules take it; criteria are numbered from 1 on.
    pub fn rule(&self) -> Rule {
        let small = |n: i64| u32::try_from(n).unwrap_or(0);
        Rule {
            aggregation: self.aggregation,
            drop_highest: small(self.drop_highest),
            drop_lowest: small(self.drop_lowest),
            trim_from: small(self.trim_from),
            threshold: self.threshold.0,
            quorum_numerator: small(self.quorum_numerator),
            quorum_denominator: small(self.quorum_denominator),
            criteria: (1..)
                .zip(&self.criteria)
                .map(|(id, criterion)| rules::Criterion {
                    id,
                    name: criterion.name.clone(),
                    full_marks: criterion.full_marks.0,
                })
                .collect(),
        }
    }
}

fn field(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        return name.to_owned();
    }
    match name.split_once('[') {
        Some((head, rest)) => format!("{prefix}[{head}][{rest}"),
        None => format!("{prefix}[{name}]"),
    }
}

/// One seat of the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatInput {
    pub user_id: UserId,
    pub seat: Seat,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn fields(rule: &RuleInput, prefix: &str) -> Vec<String> {
        match rule.check(prefix) {
            Err(Error::Invalid(fields)) => fields.into_keys().collect(),
            Ok(()) => Vec::new(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn the_default_rule_holds_and_faults_are_named_by_field() {
        let usual: RuleInput = serde_json::from_str("{}").unwrap();
        assert_eq!(usual, RuleInput::default());
        assert!(fields(&usual, "").is_empty());
        let mut rule = RuleInput::default();
        rule.criteria[0].full_marks = Mark(4001);
        assert_eq!(fields(&rule, "rule"), ["rule[criteria]"]);
        rule.criteria[1].full_marks = Mark(0);
        assert_eq!(fields(&rule, "rule"), ["rule[criteria][1][full_marks]"]);
        let rule = RuleInput {
            mark_step: Mark(25),
            ..RuleInput::default()
        };
        assert_eq!(fields(&rule, ""), ["mark_step"]);
        let rule = RuleInput {
            threshold: Mark(10_001),
            ..RuleInput::default()
        };
        assert_eq!(fields(&rule, ""), ["threshold"]);
        let rule = RuleInput {
            trim_from: 2,
            ..RuleInput::default()
        };
        assert_eq!(fields(&rule, ""), ["trim_from"]);
    }
}
