//! How questions are shown. Who asked is told to nobody else.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::ids::RoundQuestionId;
use crate::rounds::Question;
use crate::who::Actor;

/// A question with its answer (答疑).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoundQuestionShown {
    pub id: RoundQuestionId,
    pub question: String,
    pub asked_at: Instant,
    pub answer: Option<String>,
    pub answered_at: Option<Instant>,
    /// Asked by one's own organization.
    pub mine: bool,
}

impl RoundQuestionShown {
    pub fn of(actor: &Actor, row: Question) -> Self {
        Self {
            id: row.id,
            mine: actor.acts_for(row.organization_id),
            question: row.question,
            asked_at: row.asked_at,
            answer: row.answer,
            answered_at: row.answered_at,
        }
    }
}
