//! How questions and corrections are shown. Who asked is told to nobody else.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::{Instant, show_instant};
use crate::ids::{CorrectionId, RoundQuestionId};
use crate::rounds::{Correction, Question};
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

/// A dated correction (更正公告).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectionShown {
    pub id: CorrectionId,
    pub text: String,
    pub posted_at: Instant,
}

impl From<Correction> for CorrectionShown {
    fn from(row: Correction) -> Self {
        Self {
            id: row.id,
            text: row.text,
            posted_at: row.posted_at,
        }
    }
}

/// A question on a page.
#[derive(Debug, Serialize)]
pub struct QuestionLine {
    pub id: RoundQuestionId,
    pub question: String,
    pub asked_at: String,
    pub answer: Option<String>,
    pub answered_at: Option<String>,
    pub mine: bool,
}

impl QuestionLine {
    pub fn of(actor: &Actor, row: Question) -> Self {
        Self {
            id: row.id,
            mine: actor.acts_for(row.organization_id),
            question: row.question,
            asked_at: show_instant(row.asked_at),
            answer: row.answer,
            answered_at: row.answered_at.map(show_instant),
        }
    }
}
