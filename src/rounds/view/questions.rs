//! How questions are shown. Who asked is told to nobody else.

use serde::Serialize;
use utoipa::ToSchema;

use crate::rounds::Question;
use crate::who::Actor;

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
