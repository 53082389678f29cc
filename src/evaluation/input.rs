//! What comes in: rule, panel, marks, decision, objections.

mod lots;
mod paper;

pub use lots::{LotInput, RevealInput, VoidLotsInput};
pub use paper::{DisputeInput, PaperAgainInput, PaperInput};

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::rules::{self, MARK_STEPS, Rule, RuleError, marks_text};
use super::{Aggregation, Seat};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{BidId, CriterionId, UserId};
use crate::marks::Mark;

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
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(errors))
        }
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

/// One mark, with the comment it may need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkInput {
    pub criterion_id: CriterionId,
    /// 0 to the criterion's full marks in the round's steps; may be missing in a draft.
    #[serde(default)]
    pub mark: Option<Mark>,
    /// Needed below 60 % and above 95 % of the full marks.
    #[serde(default)]
    #[validate(length(max = 1000))]
    #[schema(max_length = 1000)]
    pub comment: Option<String>,
}

/// A reviewer's own sheet on one subject: a draft, or handed in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetInput {
    #[validate(length(max = 20), nested)]
    #[schema(max_items = 20)]
    pub marks: Vec<MarkInput>,
    /// Hand it in: each criterion needs its mark.
    #[serde(default)]
    pub submit: bool,
    /// Remarks on the whole.
    #[serde(default)]
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    pub notes: Option<String>,
}

/// Why the chair sends a sheet back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenInput {
    /// Shown to the reviewer.
    #[validate(length(min = 1, max = 500))]
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "实施能力的打分与所写理由不符，请核对。"
    )]
    pub reason: String,
}

/// One seat of the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeatInput {
    pub user_id: UserId,
    pub seat: Seat,
}

/// The whole panel: who is not in it has no seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PanelInput {
    #[validate(length(max = 99), nested)]
    #[schema(max_items = 99)]
    pub members: Vec<SeatInput>,
}

/// Why a reviewer leaves a topic to the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecusalInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "申报负责人是我的近亲属")]
    pub reason: String,
}

/// The order found among bids that share a rank, best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TieInput {
    #[validate(length(min = 2, max = 100))]
    #[schema(min_items = 2, max_items = 100)]
    pub bid_ids: Vec<BidId>,
    /// How it was found: by vote. Lots are drawn by two people: `POST /rounds/{id}/lots`.
    #[serde(default = "by_vote")]
    pub method: TieMethod,
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "评审委员会 5 比 2 表决")]
    pub reason: String,
}

crate::text_enum! {
    /// How an order among equals was found.
    TieMethod { Vote = "vote" "表决", Lots = "lots" "抽签" }
}

fn by_vote() -> TieMethod {
    TieMethod::Vote
}

/// What the party committee decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionInput {
    /// Number of the 党委会 minute.
    #[validate(length(min = 1, max = 60))]
    #[schema(min_length = 1, max_length = 60, example = "党委会纪要〔2026〕3号")]
    pub minute_number: String,
    pub minute_date: NaiveDate,
    #[serde(default)]
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    pub note: Option<String>,
    /// One for each ranked bid.
    #[validate(length(max = 10_000), nested)]
    pub items: Vec<DecisionItemInput>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionItemInput {
    pub bid_id: BidId,
    pub outcome: DecidedOutcome,
    /// Needed, and published, where the decision departs from what the ranking proposes.
    #[serde(default)]
    #[validate(length(max = 500))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

crate::text_enum! {
    /// What may be decided on a bid.
    DecidedOutcome { Winner = "winner" "中标", Reserve = "reserve" "备选", Rejected = "rejected" "未中标" }
}

/// An objection to a round (异议), by anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionInput {
    #[serde(default)]
    pub anonymous: bool,
    /// Needed unless anonymous.
    #[serde(default)]
    #[validate(length(max = 40))]
    #[schema(max_length = 40)]
    pub name: Option<String>,
    /// Where questions about it reach the person; seen by the office, the secretary and the supervisor alone.
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    pub contact: String,
    #[validate(length(min = 1, max = 4000))]
    #[schema(min_length = 1, max_length = 4000)]
    pub content: String,
    /// The bid it is about, if it is about one.
    #[serde(default)]
    pub bid_id: Option<BidId>,
}

/// More on an objection, by whoever has its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowupInput {
    #[validate(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
}

crate::text_enum! {
    /// What an upheld objection brings about.
    Effect { Void = "void" "取消该申报的资格，备选递补", Rescore = "rescore" "退回重新评分" }
}

crate::text_enum! {
    Verdict { Upheld = "upheld" "成立", Rejected = "rejected" "不成立" }
}

/// The answer to an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionAnswer {
    pub outcome: Verdict,
    #[validate(length(min = 1, max = 4000))]
    #[schema(min_length = 1, max_length = 4000)]
    pub answer: String,
    /// Only with `upheld`, and once a decision has been taken.
    #[serde(default)]
    pub effect: Option<Effect>,
    /// With `rescore`: which bids are marked again. Left out: those of the topic of the bid objected to, or all.
    #[serde(default)]
    #[validate(length(max = 10_000))]
    #[schema(max_items = 10_000)]
    pub bid_ids: Vec<BidId>,
}

/// `40` or `12.5`: full marks without needless zeros.
pub fn plain_marks(hundredths: i64) -> String {
    let text = marks_text(hundredths);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(plain_marks(4000), "40");
        assert_eq!(plain_marks(1250), "12.5");
    }
}
