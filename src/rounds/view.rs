//! How rounds are shown: to programs and on pages.

pub mod desk;
pub mod failed;
pub mod may;
pub mod openers;
pub mod questions;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use self::failed::FailureShown;
use super::input::AcceptanceWeights;
use super::{Amendment, Lane, OriginKind, Round, RoundState, Topic, actions, store};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{EvaluationId, OrganizationId, RoundId, TopicId};
use crate::seats::{self, RuleInput};

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TopicShown {
    pub id: TopicId,
    pub lane: Lane,
    pub title: String,
    pub requirements: String,
    pub quota: i64,
    /// 分.
    pub budget_ceiling: Option<i64>,
    pub minimum_bids: i64,
    /// Too few bids (流标).
    pub failed: bool,
    /// Why, and what was decided; once it has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailureShown>,
}

/// Which round this one was made from.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OriginShown {
    pub round_id: RoundId,
    #[serde(rename = "as")]
    pub kind: OriginKind,
}

/// A later schedule, with its reason.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AmendmentLine {
    pub at: Instant,
    pub old_deadline: Instant,
    pub new_deadline: Instant,
    pub old_opening_at: Instant,
    pub new_opening_at: Instant,
    pub reason: String,
}

/// Something unusual about the schedule; it is allowed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WarningShown {
    #[schema(example = "deadline")]
    pub field: String,
    pub message: String,
}

impl From<Topic> for TopicShown {
    fn from(topic: Topic) -> Self {
        Self {
            id: topic.id,
            lane: topic.lane,
            title: topic.title,
            requirements: topic.requirements,
            quota: topic.quota,
            budget_ceiling: topic.budget_ceiling,
            minimum_bids: topic.minimum_bids,
            failed: topic.failed,
            failure: None,
        }
    }
}

/// A line of the list of rounds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoundLine {
    pub id: RoundId,
    pub committee_id: OrganizationId,
    pub year: i64,
    pub title: String,
    /// At this instant: `sealed` once the deadline has passed.
    pub state: RoundState,
    pub opens_at: Instant,
    pub deadline: Instant,
    pub opening_at: Instant,
    /// Bids submitted: all that is told of them before the opening.
    pub bid_count: i64,
    pub version: i64,
}

impl RoundLine {
    pub fn of(round: &Round, now: Instant) -> Self {
        Self {
            id: round.id,
            committee_id: round.committee_id,
            year: round.year,
            title: round.title.clone(),
            state: round.state_at(now),
            opens_at: round.opens_at,
            deadline: round.deadline,
            opening_at: round.opening_at,
            bid_count: round.bid_count,
            version: round.version,
        }
    }
}

/// A round as a whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoundShown {
    pub id: RoundId,
    pub committee_id: OrganizationId,
    /// Where its panel scores.
    pub evaluation_id: EvaluationId,
    pub year: i64,
    pub title: String,
    pub guide: String,
    /// At this instant: `sealed` once the deadline has passed.
    pub state: RoundState,
    pub opens_at: Instant,
    pub deadline: Instant,
    pub opening_at: Instant,
    /// Working days.
    pub publicity_days: i64,
    pub contract_days: i64,
    pub topics: Vec<TopicShown>,
    pub rule: RuleInput,
    pub acceptance_weights: AcceptanceWeights,
    /// Bids submitted: all that is told of them before the opening.
    pub bid_count: i64,
    pub published_at: Option<Instant>,
    pub opened_at: Option<Instant>,
    pub publicity_from: Option<NaiveDate>,
    pub publicity_until: Option<NaiveDate>,
    pub concluded_at: Option<Instant>,
    pub cancel_reason: Option<String>,
    /// The round this one was copied from or supplements.
    pub origin: Option<OriginShown>,
    /// Supplementary rounds (补充招标) made from its failed topics.
    pub supplements: Vec<RoundId>,
    /// Oldest first.
    pub amendments: Vec<AmendmentLine>,
    /// Of a schedule that can still be moved.
    pub warnings: Vec<WarningShown>,
    pub version: i64,
}

impl RoundShown {
    pub fn of(c: &mut Conn, round: &Round, now: Instant) -> Result<Self> {
        let utc = |at: Option<Instant>| at;
        let mut failures = failed::failures(c, round.id)?;
        let holidays = actions::drafting::holidays(c)?;
        Ok(Self {
            id: round.id,
            committee_id: round.committee_id,
            evaluation_id: seats::of_round(c, round.id)?.id,
            year: round.year,
            title: round.title.clone(),
            guide: round.guide.clone(),
            state: round.state_at(now),
            opens_at: round.opens_at,
            deadline: round.deadline,
            opening_at: round.opening_at,
            publicity_days: round.publicity_days,
            contract_days: round.contract_days,
            topics: store::topics(c, round.id)?
                .into_iter()
                .map(|topic| {
                    let failure = failures.remove(&topic.id);
                    TopicShown {
                        failure,
                        ..TopicShown::from(topic)
                    }
                })
                .collect(),
            rule: seats::rule_of_round(c, round.id)?,
            acceptance_weights: AcceptanceWeights {
                onsite: round.onsite_weight,
                questionnaire: round.questionnaire_weight,
                appraisal: round.appraisal_weight,
                process: round.process_weight,
            },
            bid_count: round.bid_count,
            published_at: utc(round.published_at),
            opened_at: utc(round.opened_at),
            publicity_from: round.publicity_from,
            publicity_until: round.publicity_until,
            concluded_at: utc(round.concluded_at),
            cancel_reason: round.cancel_reason.clone(),
            origin: actions::drafting::origin(c, round.id)?.map(|origin| OriginShown {
                round_id: origin.origin_id,
                kind: origin.kind,
            }),
            supplements: store::origins::supplements(c, round.id)?,
            amendments: store::amendments(c, round.id)?
                .into_iter()
                .map(AmendmentLine::from)
                .collect(),
            warnings: desk::warnings(&holidays, round, now)
                .into_iter()
                .flat_map(|(field, messages)| {
                    messages.into_iter().map(move |message| WarningShown {
                        field: field.clone(),
                        message,
                    })
                })
                .collect(),
            version: round.version,
        })
    }
}

impl From<Amendment> for AmendmentLine {
    fn from(row: Amendment) -> Self {
        Self {
            at: row.at,
            old_deadline: row.old_deadline,
            new_deadline: row.new_deadline,
            old_opening_at: row.old_opening_at,
            new_opening_at: row.new_opening_at,
            reason: row.reason,
        }
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

/// An amendment as people read it.
#[derive(Debug, Serialize)]
pub struct AmendmentShown {
    pub at: String,
    pub text: String,
    pub reason: String,
}

impl From<Amendment> for AmendmentShown {
    fn from(row: Amendment) -> Self {
        Self {
            at: clock::show_instant(row.at),
            text: format!(
                "截止时间由{}延至{}，开标时间为{}。",
                clock::show_instant(row.old_deadline),
                clock::show_instant(row.new_deadline),
                clock::show_instant(row.new_opening_at)
            ),
            reason: row.reason,
        }
    }
}
