//! A round as a whole, with what became of its failed topics: to programs and on its page.

use serde::Serialize;
use utoipa::ToSchema;

use super::failed::{FailureShown, failures};
use super::glance;
use crate::audit::{self, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{EvaluationId, RoundId};
use crate::rounds::input::AcceptanceWeights;
use crate::rounds::scene::RoundScene;
use crate::rounds::{self, Amendment, Origin, Round, RoundState, Topic, actions};
use crate::seats::{self, RuleInput, Veil};
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
    /// What whoever is shown it may know.
    #[serde(skip)]
    pub veil: Veil,
}

impl Subject for RoundScene {
    type Shown = RoundShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, now: Instant) -> Result<RoundShown> {
        let (round, rule) = (&self.round, seats::rule_of_round(c, self.round.id)?);
        let veil = match rule.blind {
            true => Veil::of(c, actor, round.id)?,
            false => Veil::default(),
        };
        let mut failures = failures(c, actor, round.id, &veil)?;
        let topics = rounds::topics(c, round.id)?.into_iter().map(|topic| {
            let failure = failures.remove(&topic.id);
            TopicShown { topic, failure }
        });
        let holidays = crate::holidays::table(c)?;
        let warnings = glance::warnings(&holidays, round, now);
        let mut amendments = actions::amendments(c, round.id)?;
        for amendment in &mut amendments {
            veil.cover(&mut amendment.reason);
        }
        Ok(RoundShown {
            state: round.state_at(now),
            evaluation_id: seats::of_round(c, round.id)?.id,
            topics: topics.collect(),
            rule,
            acceptance_weights: AcceptanceWeights::of(round),
            origin: rounds::origin(c, round.id)?,
            supplements: rounds::supplements(c, round.id)?,
            amendments,
            warnings: warnings
                .into_iter()
                .flat_map(|(field, messages)| {
                    messages.into_iter().map(move |message| WarningShown {
                        field: field.clone(),
                        message,
                    })
                })
                .collect(),
            round: Round {
                cancel_reason: round.cancel_reason.as_deref().map(|why| veil.text(why)),
                ..round.clone()
            },
            veil,
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        actions::event(verb, &self.round, self.round.version)
    }

    fn href(&self) -> String {
        format!("/rounds/{}", self.round.id)
    }
}
