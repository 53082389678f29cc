//! The seed files' shapes.

use serde::Deserialize;

use crate::bids::content::{BudgetLine, Outcomes, StepKind, Target};
use crate::people::OrganizationKind;
use crate::rounds::Lane;
use crate::who::Role;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    pub key: String,
    pub parent: Option<String>,
    pub kind: OrganizationKind,
    pub name: String,
    pub short_name: String,
    pub code: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub staff_number: String,
    pub name: String,
    pub organization: String,
    pub post: String,
    pub username: Option<String>,
    #[serde(default)]
    pub roles: Vec<RoleAt>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleAt {
    pub role: Role,
    pub organization: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoundFile {
    pub schedule: Schedule,
    pub round: Round,
    pub bids: Vec<Bid>,
}

/// Days from today; what is absent has not happened yet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    pub publish: i64,
    pub deadline: i64,
    pub opening: i64,
    pub scoring: Option<i64>,
    pub lock: Option<i64>,
    pub decision: Option<i64>,
    pub publicity: Option<i64>,
    pub conclude: Option<i64>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    pub year: i64,
    pub title: String,
    pub guide: String,
    pub topics: Vec<Topic>,
    pub criteria: Vec<Criterion>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub key: String,
    pub lane: Lane,
    pub title: String,
    pub requirements: String,
    pub quota: i64,
    pub budget_ceiling: Option<i64>,
    pub minimum_bids: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    pub name: String,
    /// Decimal text.
    pub full_marks: String,
    pub description: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bid {
    pub organization: String,
    pub topic: String,
    pub content: Content,
    #[serde(default)]
    pub scores: Option<std::collections::BTreeMap<String, Vec<Scored>>>,
    /// What the decision was: for readers of the file; the ranking decides.
    #[serde(default, rename = "outcome")]
    pub _outcome: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scored {
    /// Decimal text.
    pub mark: String,
    #[serde(default)]
    pub comment: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    pub title: String,
    #[serde(default)]
    pub problem: String,
    #[serde(default)]
    pub targets: Vec<Target>,
    #[serde(default)]
    pub plan: Vec<Planned>,
    pub team: TeamOf,
    #[serde(default)]
    pub track_record: String,
    #[serde(default)]
    pub credit: String,
    #[serde(default)]
    pub capability: String,
    #[serde(default)]
    pub budget: Vec<BudgetLine>,
    #[serde(default)]
    pub outcomes: Outcomes,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    pub step: StepKind,
    /// Days after the contract's start.
    pub days: (i64, i64),
    pub work: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TeamOf {
    pub leader: Option<String>,
    #[serde(default)]
    pub members: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    pub organization: String,
    /// For readers of the file; `steps` decides.
    #[serde(rename = "step_reached")]
    pub _step_reached: String,
    pub steps: std::collections::BTreeMap<StepKind, Evidence>,
    /// For readers of the file; the plan's dates decide.
    #[serde(rename = "overdue")]
    pub _overdue: bool,
    pub running_ballot: bool,
    pub contract_days_ago: i64,
    pub acceptance: Option<Acceptance>,
    pub case: Option<Case>,
    pub site: Option<Site>,
    #[serde(default)]
    pub replications: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    pub evidence: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    pub onsite: std::collections::BTreeMap<String, Onsite>,
    pub ballots: Ballots,
    pub eligible: i64,
    pub questionnaire: Questionnaire,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Onsite {
    pub marks: Vec<String>,
    pub comment: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ballots {
    pub excellent: usize,
    pub good: usize,
    pub fair: usize,
    pub poor: usize,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    #[serde(rename = "title")]
    pub _title: String,
    pub questions: Vec<Question>,
    pub responses: Vec<Vec<serde_json::Value>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub kind: String,
    pub text: String,
    #[serde(default)]
    pub options: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub title: String,
    pub establish: String,
    pub solve: String,
    pub brand: String,
    pub model: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub name: String,
    pub place: String,
    pub premises: String,
    pub content: String,
    pub feature: String,
    pub stars: i64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objection {
    pub round: String,
    #[serde(rename = "topic")]
    pub _topic: Option<String>,
    pub bid_organization: Option<String>,
    pub anonymous: bool,
    pub name: Option<String>,
    pub contact: String,
    pub subject: String,
    pub text: String,
}

/// Decimal text such as `36.5` in hundredths.
pub fn hundredths(text: &str) -> anyhow::Result<i64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let padded = format!("{decimals:0<2}");
    if padded.len() > 2 {
        anyhow::bail!("`{text}` has more than two decimals");
    }
    let parse = |part: &str| {
        part.parse::<i64>()
            .map_err(|error| anyhow::anyhow!("`{text}`: {error}"))
    };
    Ok(parse(whole)? * 100 + parse(&padded)?)
}
