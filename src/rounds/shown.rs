//! How a round's state and its questions are shown. Who asked is told to nobody else. The round as a whole, with what
//! stands on it, is shown by [`crate::desk::round`].

use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::{self, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::rounds::scene::{CorrectionScene, QuestionScene};
use crate::rounds::{Correction, Question, RoundState};
use crate::verbs::Subject;
use crate::who::Actor;

impl RoundState {
    /// The colour of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Open => "red",
            Self::Concluded => "green",
            Self::Sealed
            | Self::Opened
            | Self::Scoring
            | Self::Scored
            | Self::Decided
            | Self::Publicized => "amber",
            Self::Draft | Self::Cancelled => "",
        }
    }
}

/// A question with its answer (答疑).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoundQuestionShown {
    #[serde(flatten)]
    pub asked: Question,
    /// Asked by one's own organization.
    pub mine: bool,
}

impl RoundQuestionShown {
    pub fn of(actor: &Actor, asked: Question) -> Self {
        let mine = actor.acts_for(asked.organization_id);
        Self { asked, mine }
    }
}

impl Subject for QuestionScene {
    type Shown = RoundQuestionShown;

    fn shown(&self, _: &mut Conn, actor: &Actor, _: Instant) -> Result<RoundQuestionShown> {
        Ok(RoundQuestionShown::of(actor, self.question.clone()))
    }

    fn event(&self, verb: audit::Verb) -> Event {
        let (event, id) = (self.on.event(verb), self.question.id.0);
        match self.question.answered_at {
            Some(_) => event.subject("answer", id),
            None => event
                .subject("question", id)
                .organization(self.question.organization_id),
        }
    }

    fn href(&self) -> String {
        format!("/rounds/{}/questions", self.on.round.id)
    }
}

impl Subject for CorrectionScene {
    type Shown = Correction;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<Correction> {
        Ok(self.correction.clone())
    }

    fn event(&self, verb: audit::Verb) -> Event {
        self.on.event(verb)
    }

    fn href(&self) -> String {
        format!("/rounds/{}/questions", self.on.round.id)
    }

    fn address(&self) -> String {
        format!("/api/v1/rounds/{}/corrections", self.on.round.id)
    }
}
