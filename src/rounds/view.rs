//! How rounds are shown: to programs and on pages.

pub mod desk;
pub mod failed;
pub mod openers;
pub mod questions;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use self::failed::FailureShown;
use super::input::AcceptanceWeights;
use super::store::origins::Origin;
use super::{Amendment, Round, RoundState, Topic, actions, store};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{EvaluationId, RoundId};
use crate::seats::{self, RuleInput};

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TopicShown {
    #[serde(flatten)]
    pub topic: Topic,
    /// Why, and what was decided; once it has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailureShown>,
}

/// Something unusual about the schedule; it is allowed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WarningShown {
    #[schema(example = "deadline")]
    pub field: String,
    pub message: String,
}

/// A round as a whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoundShown {
    #[serde(flatten)]
    pub round: Round,
    /// At this instant: `sealed` once the deadline has passed.
    pub state: RoundState,
    /// Where its panel scores.
    pub evaluation_id: EvaluationId,
    pub topics: Vec<TopicShown>,
    pub rule: RuleInput,
    pub acceptance_weights: AcceptanceWeights,
    /// The round this one was copied from or supplements.
    pub origin: Option<Origin>,
    /// Supplementary rounds (补充招标) made from its failed topics.
    pub supplements: Vec<RoundId>,
    /// Oldest first.
    pub amendments: Vec<Amendment>,
    /// Of a schedule that can still be moved.
    pub warnings: Vec<WarningShown>,
}

impl RoundShown {
    pub fn of(c: &mut Conn, round: &Round, now: Instant) -> Result<Self> {
        let mut failures = failed::failures(c, round.id)?;
        let topics = store::topics(c, round.id)?.into_iter().map(|topic| {
            let failure = failures.remove(&topic.id);
            TopicShown { topic, failure }
        });
        let holidays = actions::drafting::holidays(c)?;
        let warnings = desk::warnings(&holidays, round, now);
        Ok(Self {
            state: round.state_at(now),
            evaluation_id: seats::of_round(c, round.id)?.id,
            topics: topics.collect(),
            rule: seats::rule_of_round(c, round.id)?,
            acceptance_weights: AcceptanceWeights::of(round),
            origin: actions::drafting::origin(c, round.id)?,
            supplements: store::origins::supplements(c, round.id)?,
            amendments: store::amendments(c, round.id)?,
            warnings: warnings
                .into_iter()
                .flat_map(|(field, messages)| {
                    messages.into_iter().map(move |message| WarningShown {
                        field: field.clone(),
                        message,
                    })
                })
                .collect(),
            round: round.clone(),
        })
    }
}

/// One step of the lifecycle stepper.
#[derive(Debug, Serialize)]
pub struct Stage {
    pub label: &'static str,
    pub date: Option<String>,
    pub state: &'static str,
}

/// Where the round is, with dates.
pub fn stages(round: &Round, now: Instant) -> Vec<Stage> {
    use RoundState::{
        Cancelled, Concluded, Decided, Draft, Open, Opened, Publicized, Scored, Scoring, Sealed,
    };
    let short = |at: Instant| {
        let at = clock::local(at);
        at.format("%-m月%-d日 %H:%M").to_string()
    };
    let day = |day: NaiveDate| day.format("%-m月%-d日").to_string();
    let reached = match round.state_at(now) {
        Draft => 0,
        Open => 1,
        Sealed => 2,
        Opened => 4,
        Scoring => 4,
        Scored => 5,
        Decided => 6,
        Publicized => 6,
        Concluded => 8,
        Cancelled => 99,
    };
    let stages: [(usize, &'static str, Option<String>); 7] = [
        (0, "发布", round.published_at.map(short)),
        (1, "招标", Some(format!("至{}", short(round.deadline)))),
        (2, "密封", Some(short(round.deadline))),
        (
            3,
            "开标",
            Some(short(round.opened_at.unwrap_or(round.opening_at))),
        ),
        (4, "评分", None),
        (5, "决定", None),
        (
            6,
            "公示",
            Some(match (round.publicity_from, round.publicity_until) {
                (Some(from), Some(until)) => format!("{}至{}", day(from), day(until)),
                _ => format!("{} 个工作日", round.publicity_days),
            }),
        ),
    ];
    let mut shown: Vec<Stage> = stages
        .into_iter()
        .map(|(at, label, date)| Stage {
            label,
            date,
            state: match at.cmp(&reached) {
                std::cmp::Ordering::Less => "done",
                std::cmp::Ordering::Equal => "now",
                std::cmp::Ordering::Greater => "todo",
            },
        })
        .collect();
    let concluded = round.state == Concluded;
    shown.push(Stage {
        label: if round.state == Cancelled {
            "已取消"
        } else {
            "办结"
        },
        date: round.concluded_at.map(short),
        state: if concluded { "done" } else { "todo" },
    });
    if round.state == Cancelled {
        for stage in &mut shown {
            stage.state = "todo";
        }
        if let Some(last) = shown.last_mut() {
            last.state = "failed";
        }
    }
    shown
}
