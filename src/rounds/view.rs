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
use super::scene::RoundScene;
use super::store::origins::Origin;
use super::{Amendment, Round, RoundState, Topic, actions, store};
use crate::audit::{self, Event};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{EvaluationId, RoundId};
use crate::seats::{self, RuleInput};
use crate::verbs::Subject;
use crate::who::Actor;

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

/// One step of the lifecycle stepper.
#[derive(Debug, Serialize)]
pub struct Stage {
    pub label: &'static str,
    pub date: Option<String>,
    /// `done`, `now`, `next` (waited for, not begun), `todo` or `failed`.
    pub state: &'static str,
}

/// Where the round is, with dates.
pub fn stages(round: &Round, now: Instant) -> Vec<Stage> {
    use RoundState::{
        Cancelled, Concluded, Decided, Draft, Open, Opened, Publicized, Scored, Scoring, Sealed,
    };
    let short = clock::show_short;
    let day = |day: NaiveDate| day.format("%-m月%-d日").to_string();
    let (deadline, opened) = (round.deadline, round.opened_at.unwrap_or(round.opening_at));
    let publicity = match (round.publicity_from, round.publicity_until) {
        (Some(from), Some(until)) => format!("{}至{}", day(from), day(until)),
        _ => format!("{} 个工作日", round.publicity_days),
    };
    // Those before it are done; it goes on, or has not begun; None: it ends here.
    let (reached, here) = match round.state_at(now) {
        Draft => (Some(0), "next"),
        Open if now < round.opens_at => (Some(1), "next"),
        Open => (Some(1), "now"),
        Sealed => (Some(2), "now"),
        Opened => (Some(4), "next"),
        Scoring => (Some(4), "now"),
        Scored => (Some(5), "next"),
        Decided => (Some(6), "next"),
        Publicized => (Some(6), "now"),
        Concluded => (Some(8), "now"),
        Cancelled => (None, "now"),
    };
    let last = if reached.is_some() {
        "办结"
    } else {
        "已取消"
    };
    [
        ("发布", round.published_at.map(short)),
        ("招标", Some(format!("至{}", short(deadline)))),
        ("密封", Some(short(deadline))),
        ("开标", Some(short(opened))),
        ("评分", None),
        ("决定", None),
        ("公示", Some(publicity)),
        (last, round.concluded_at.map(short)),
    ]
    .into_iter()
    .enumerate()
    .map(|(nth, (label, date))| {
        let state = match reached {
            None if nth == 7 => "failed",
            Some(reached) if nth < reached => "done",
            Some(reached) if nth == reached => here,
            Some(_) | None => "todo",
        };
        Stage { label, date, state }
    })
    .collect()
}

impl Subject for RoundScene {
    type Shown = RoundShown;

    fn shown(&self, c: &mut Conn, _: &Actor, now: Instant) -> Result<RoundShown> {
        let round = &self.round;
        let mut failures = failed::failures(c, round.id)?;
        let topics = store::topics(c, round.id)?.into_iter().map(|topic| {
            let failure = failures.remove(&topic.id);
            TopicShown { topic, failure }
        });
        let holidays = crate::holidays::table(c)?;
        let warnings = desk::warnings(&holidays, round, now);
        Ok(RoundShown {
            state: round.state_at(now),
            evaluation_id: seats::of_round(c, round.id)?.id,
            topics: topics.collect(),
            rule: seats::rule_of_round(c, round.id)?,
            acceptance_weights: AcceptanceWeights::of(round),
            origin: store::origins::origin(c, round.id)?,
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

    fn event(&self, verb: audit::Verb) -> Event {
        actions::event(verb, &self.round, self.round.version)
    }

    fn href(&self) -> String {
        format!("/rounds/{}", self.round.id)
    }
}
