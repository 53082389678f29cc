//! What is typed to make a round.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{Lane, Round, RoundState, Topic, rules, store};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{FieldErrors, Result, sound};
use crate::ids::{OrganizationId, RoundId, UserId};
use crate::seats::{self, RuleInput};

/// One topic (标的).
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicInput {
    pub lane: Lane,
    #[validate(length(min = 1, max = 100))]
    #[schema(example = "安全生产中的党员作用", min_length = 1, max_length = 100)]
    pub title: String,
    #[serde(default)]
    #[validate(length(max = 4000))]
    #[schema(max_length = 4000)]
    pub requirements: String,
    /// How many bids may win.
    #[serde(default = "one")]
    #[validate(range(min = 1, max = 100))]
    #[schema(example = 1, minimum = 1, maximum = 100)]
    pub quota: i64,
    /// 分; none means no ceiling.
    #[serde(default)]
    #[validate(range(min = 1, max = 100_000_000_000i64))]
    #[schema(example = 5_000_000, minimum = 1, maximum = 100_000_000_000i64)]
    pub budget_ceiling: Option<i64>,
    /// Fewer organizations with a valid bid than this, and the topic fails (流标).
    #[serde(default = "one")]
    #[validate(range(min = 1, max = 20))]
    #[schema(example = 1, minimum = 1, maximum = 20)]
    pub minimum_bids: i64,
}

fn no_limit() -> i64 {
    99
}

fn one() -> i64 {
    1
}

/// Weights of the four acceptance instruments in percent; they sum to 100.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceWeights {
    /// 实地评审.
    #[validate(range(min = 0, max = 100))]
    #[schema(example = 50, minimum = 0, maximum = 100)]
    pub onsite: i64,
    /// 问卷调查.
    #[validate(range(min = 0, max = 100))]
    #[schema(example = 20, minimum = 0, maximum = 100)]
    pub questionnaire: i64,
    /// 民主测评.
    #[validate(range(min = 0, max = 100))]
    #[schema(example = 20, minimum = 0, maximum = 100)]
    pub appraisal: i64,
    /// 过程: on-time share of steps.
    #[validate(range(min = 0, max = 100))]
    #[schema(example = 10, minimum = 0, maximum = 100)]
    pub process: i64,
}

impl Default for AcceptanceWeights {
    fn default() -> Self {
        Self {
            onsite: 50,
            questionnaire: 20,
            appraisal: 20,
            process: 10,
        }
    }
}

/// A round as it is typed. All but title, year, dates and topics have defaults.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundInput {
    /// Whose round it is; unless told, the committee whose office you are.
    #[serde(default)]
    pub committee_id: Option<OrganizationId>,
    #[validate(range(min = 2000, max = 2100))]
    #[schema(example = 2026, minimum = 2000, maximum = 2100)]
    pub year: i64,
    #[validate(length(min = 1, max = 100))]
    #[schema(
        example = "2026 年第二批党建创新项目",
        min_length = 1,
        max_length = 100
    )]
    pub title: String,
    /// 指南.
    #[serde(default)]
    #[validate(length(max = 20_000))]
    #[schema(max_length = 20_000)]
    pub guide: String,
    /// From when bids may be submitted.
    #[schema(value_type = String, format = DateTime, example = "2026-03-02T01:00:00Z")]
    pub opens_at: Instant,
    /// Until when, this instant included.
    #[schema(value_type = String, format = DateTime, example = "2026-03-20T09:00:00Z")]
    pub deadline: Instant,
    /// 开标: not before the deadline.
    #[schema(value_type = String, format = DateTime, example = "2026-03-23T01:00:00Z")]
    pub opening_at: Instant,
    /// Working days.
    #[serde(default = "five")]
    #[validate(range(min = 1, max = 60))]
    #[schema(example = 5, minimum = 1, maximum = 60)]
    pub publicity_days: i64,
    /// Days a contract runs from its drafting.
    #[serde(default = "half_a_year")]
    #[validate(range(min = 30, max = 1100))]
    #[schema(example = 180, minimum = 30, maximum = 1100)]
    pub contract_days: i64,
    /// Bids an organization may submit on each commissioned topic, and on the self-proposed lane as a whole. The form
    /// proposes 1; a call that does not say sets no limit, which is 99.
    #[serde(default = "no_limit")]
    #[validate(range(min = 1, max = 99))]
    #[schema(example = 1, minimum = 1, maximum = 99)]
    pub bids_per_lane: i64,
    #[serde(default)]
    #[validate(length(min = 1, max = 30, message = "请至少写一个标的。"), nested)]
    #[schema(required = true, min_items = 1, max_items = 30)]
    pub topics: Vec<TopicInput>,
    #[serde(default)]
    #[validate(nested)]
    pub rule: RuleInput,
    #[serde(default)]
    #[validate(nested)]
    pub acceptance_weights: AcceptanceWeights,
}

fn five() -> i64 {
    5
}

fn half_a_year() -> i64 {
    180
}

impl TopicInput {
    /// A topic as it would be typed.
    pub fn of(topic: Topic) -> Self {
        Self {
            lane: topic.lane,
            title: topic.title,
            requirements: topic.requirements,
            quota: topic.quota,
            budget_ceiling: topic.budget_ceiling,
            minimum_bids: topic.minimum_bids,
        }
    }
}

impl AcceptanceWeights {
    pub fn of(round: &Round) -> Self {
        Self {
            onsite: round.onsite_weight,
            questionnaire: round.questionnaire_weight,
            appraisal: round.appraisal_weight,
            process: round.process_weight,
        }
    }
}

impl RoundInput {
    /// A round as it would be typed: for changing it, and for copying last year's.
    pub fn of(c: &mut Conn, round: &Round) -> Result<Self> {
        let topics = store::topics(c, round.id)?.into_iter().map(TopicInput::of);
        Ok(Self {
            committee_id: Some(round.committee_id),
            year: round.year,
            title: round.title.clone(),
            guide: round.guide.clone(),
            opens_at: round.opens_at,
            deadline: round.deadline,
            opening_at: round.opening_at,
            publicity_days: round.publicity_days,
            contract_days: round.contract_days,
            bids_per_lane: round.bids_per_lane,
            topics: topics.collect(),
            rule: seats::rule_of_round(c, round.id)?,
            acceptance_weights: AcceptanceWeights::of(round),
        })
    }

    /// The draft that is made of it.
    pub fn draft(&self, id: RoundId, committee: OrganizationId, by: UserId, now: Instant) -> Round {
        let weights = &self.acceptance_weights;
        Round {
            id,
            committee_id: committee,
            year: self.year,
            title: self.title.clone(),
            guide: self.guide.clone(),
            state: RoundState::Draft,
            opens_at: self.opens_at,
            deadline: self.deadline,
            opening_at: self.opening_at,
            publicity_days: self.publicity_days,
            contract_days: self.contract_days,
            bids_per_lane: self.bids_per_lane,
            onsite_weight: weights.onsite,
            questionnaire_weight: weights.questionnaire,
            appraisal_weight: weights.appraisal,
            process_weight: weights.process,
            bid_count: 0,
            published_at: None,
            opened_at: None,
            publicity_from: None,
            publicity_until: None,
            concluded_at: None,
            cancel_reason: None,
            turn: 0,
            version: 1,
            created_by: by,
            created_at: now,
            updated_at: now,
        }
    }

    /// What no single field can tell: the order of dates, the sum of weights.
    pub fn check(&self) -> Result<()> {
        let mut errors: FieldErrors =
            rules::check_schedule(self.opens_at, self.deadline, self.opening_at);
        let weights = &self.acceptance_weights;
        if weights.onsite + weights.questionnaire + weights.appraisal + weights.process != 100 {
            errors.insert(
                "acceptance_weights[onsite]".to_owned(),
                vec!["四项权重之和须为 100。".to_owned()],
            );
        }
        for (name, at) in [
            ("opens_at", self.opens_at),
            ("deadline", self.deadline),
            ("opening_at", self.opening_at),
        ] {
            if !(2000..=2100).contains(&at.year()) {
                errors.insert(name.to_owned(), vec!["日期不合理。".to_owned()]);
            }
        }
        sound(errors)
    }
}

/// A partial change of a draft round; what is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RoundPatch {
    #[validate(range(min = 2000, max = 2100))]
    pub year: Option<i64>,
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    pub title: Option<String>,
    #[validate(length(max = 20_000))]
    pub guide: Option<String>,
    pub opens_at: Option<Instant>,
    pub deadline: Option<Instant>,
    pub opening_at: Option<Instant>,
    #[validate(range(min = 1, max = 60))]
    pub publicity_days: Option<i64>,
    #[validate(range(min = 30, max = 1100))]
    pub contract_days: Option<i64>,
    #[validate(range(min = 1, max = 99))]
    pub bids_per_lane: Option<i64>,
    #[validate(length(min = 1, max = 30), nested)]
    pub topics: Option<Vec<TopicInput>>,
    #[validate(nested)]
    pub rule: Option<RuleInput>,
    #[validate(nested)]
    pub acceptance_weights: Option<AcceptanceWeights>,
}

/// What a draft round is changed by.
pub trait Revision {
    /// The round as it then is, made of the one that is stored.
    fn onto(self, stored: RoundInput) -> RoundInput;
}

impl Revision for RoundInput {
    fn onto(self, _: RoundInput) -> RoundInput {
        self
    }
}

impl Revision for RoundPatch {
    fn onto(self, mut round: RoundInput) -> RoundInput {
        macro_rules! take {
            ($($field:ident),+) => {$( if let Some(value) = self.$field { round.$field = value; } )+};
        }
        take!(
            year,
            title,
            guide,
            opens_at,
            deadline,
            opening_at,
            publicity_days,
            contract_days,
            bids_per_lane,
            topics,
            rule,
            acceptance_weights
        );
        round
    }
}

/// Who is to hold a share of the round's key. Left out: the office, a supervisor and the panel's chair, two of the three.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OpenersInput {
    #[validate(length(max = 9))]
    #[schema(max_items = 9)]
    pub openers: Vec<UserId>,
    /// So many of them open, a supervisor always among them.
    #[validate(range(min = 2, max = 9))]
    #[schema(minimum = 2, maximum = 9, example = 2)]
    pub threshold: Option<i64>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "上级已统一安排同类项目。")]
    pub reason: String,
}
