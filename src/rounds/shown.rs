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
use crate::seats::Veil;
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
    /// Under the round's veil, but for one's own.
    pub fn of(actor: &Actor, mut asked: Question, veil: &Veil) -> Self {
        let mine = actor.acts_for(asked.organization_id);
        if !mine {
            veil.cover(&mut asked.question);
            veil.cover_all([&mut asked.answer]);
        }
        Self { asked, mine }
    }
}

/// A correction under the round's veil.
pub fn correction(mut row: Correction, veil: &Veil) -> Correction {
    veil.cover(&mut row.text);
    row
}

impl Subject for QuestionScene {
    type Shown = RoundQuestionShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<RoundQuestionShown> {
        let veil = Veil::of(c, actor, self.on.round.id)?;
        Ok(RoundQuestionShown::of(actor, self.question.clone(), &veil))
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

    fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<Correction> {
        let veil = Veil::of(c, actor, self.on.round.id)?;
        Ok(correction(self.correction.clone(), &veil))
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
