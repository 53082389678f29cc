//! What a bid says. Everything is optional while it is a draft; the completeness check tells what is missing.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::error::Result;
use crate::ids::{BidId, TopicId, UserId};

crate::text_enum! {
    /// The six steps (六步法).
    StepKind {
        Initiation = "initiation" "计划立项",
        Breakdown = "breakdown" "任务分解",
        ResearchPractice = "research_practice" "调研实践",
        Control = "control" "动态管控",
        Acceptance = "acceptance" "考评验收",
        Promotion = "promotion" "总结推广",
    }
}

/// A measurable goal: from where to where, in what unit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Target {
    #[validate(length(max = 100))]
    #[schema(example = "投诉率", max_length = 100)]
    pub name: String,
    #[validate(length(max = 40))]
    #[schema(example = "3.1", max_length = 40)]
    pub baseline: String,
    #[validate(length(max = 40))]
    #[schema(example = "2.0", max_length = 40)]
    pub target: String,
    #[validate(length(max = 20))]
    #[schema(example = "‰", max_length = 20)]
    pub unit: String,
}

/// What is done in one of the six steps, from when to when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanStep {
    pub step: StepKind,
    #[serde(default)]
    pub starts_on: Option<NaiveDate>,
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    #[serde(default)]
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    pub work: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Team {
    /// From the organization's roster.
    pub leader: Option<UserId>,
    #[validate(length(max = 50))]
    #[schema(max_items = 50)]
    pub members: Vec<UserId>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BudgetLine {
    #[validate(length(max = 100))]
    #[schema(example = "培训教材", max_length = 100)]
    pub item: String,
    /// 分 (hundredths of a yuan).
    #[validate(range(min = 0, max = 100_000_000_000i64))]
    #[schema(example = 120_000, minimum = 0, maximum = 100_000_000_000i64)]
    pub amount: i64,
}

/// Expected outcomes: theory, institution, brand.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Outcomes {
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    pub theoretical: String,
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    pub institutional: String,
    #[validate(length(max = 2000))]
    #[schema(max_length = 2000)]
    pub brand: String,
}

/// The whole of a bid but its attachments.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BidContent {
    pub topic_id: Option<TopicId>,
    #[validate(length(max = 100))]
    #[schema(example = "平安“365”安全管控机制", max_length = 100)]
    pub title: String,
    /// 破什么难题.
    #[validate(length(max = 4000))]
    #[schema(max_length = 4000)]
    pub problem: String,
    #[validate(length(max = 20), nested)]
    #[schema(max_items = 20)]
    pub targets: Vec<Target>,
    #[validate(length(max = 6), nested)]
    #[schema(max_items = 6)]
    pub plan: Vec<PlanStep>,
    #[validate(nested)]
    pub team: Team,
    /// 工作业绩.
    #[validate(length(max = 4000))]
    #[schema(max_length = 4000)]
    pub track_record: String,
    /// 信誉.
    #[validate(length(max = 4000))]
    #[schema(max_length = 4000)]
    pub credit: String,
    /// 实施能力.
    #[validate(length(max = 4000))]
    #[schema(max_length = 4000)]
    pub capability: String,
    #[validate(length(max = 50), nested)]
    #[schema(max_items = 50)]
    pub budget: Vec<BudgetLine>,
    #[validate(nested)]
    pub outcomes: Outcomes,
    /// The bid of one's own organization this one was copied from, before it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copied_from: Option<BidId>,
}

impl BidContent {
    /// 分.
    pub fn budget_total(&self) -> i64 {
        self.budget.iter().map(|line| line.amount).sum()
    }

    /// Canonical JSON bytes: fields in the order above.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        Ok(serde_json::to_vec(self)?)
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Ok(serde_json::from_slice(bytes)?)
    }
}

/// What people call the fields of the form, in its order, by the first part of their names.
const LABELS: &[(&str, &str)] = &[
    ("topic_id", "标的"),
    ("title", "项目名称"),
    ("problem", "破什么难题"),
    ("targets", "目标"),
    ("plan", "六步计划"),
    ("team", "团队"),
    ("track_record", "工作业绩"),
    ("credit", "信誉"),
    ("capability", "实施能力"),
    ("budget", "经费"),
    ("outcomes", "预期成果"),
];

fn head(field: &str) -> &str {
    field.split('[').next().unwrap_or(field)
}

/// Where a field stands in the form.
pub fn place_of(field: &str) -> Option<usize> {
    LABELS.iter().position(|(name, _)| *name == head(field))
}

/// What people call a field of the form.
pub fn label_of(field: &str) -> String {
    match field {
        "team[leader]" => return "负责人".to_owned(),
        _ if field.starts_with("team[members]") => return "成员".to_owned(),
        _ => {}
    }
    let named = LABELS.iter().find(|(name, _)| *name == head(field));
    let label = named.map_or(head(field), |(_, label)| label);
    let index = field.split(['[', ']']).nth(1);
    match index.and_then(|index| index.parse::<usize>().ok()) {
        Some(index) => format!("{label}第 {} 项", index + 1),
        None => label.to_owned(),
    }
}
