//! A bid under a veil: see [`crate::seats::blind`].

use serde::Serialize;
use utoipa::ToSchema;

use crate::bids::BidState;
use crate::bids::content::{BidContent, Team};
use crate::bids::store::BidRow;
use crate::clock::Instant;
use crate::ids::{BidId, OrganizationId, RoundId, TopicId};
use crate::seats::{Veil, Veiled};

/// A line of a round's bids.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BidLine {
    pub id: BidId,
    pub round_id: RoundId,
    /// `null`, and the name covered, for whoever reads a blind round without names until the lock.
    #[schema(value_type = Option<OrganizationId>)]
    pub organization_id: Veiled<OrganizationId>,
    pub organization: String,
    pub state: BidState,
    /// None before the opening.
    pub topic_id: Option<TopicId>,
    pub title: Option<String>,
    #[schema(value_type = Option<String>)]
    pub leader: Veiled<Option<String>>,
    /// 分; none before the opening.
    pub budget_total: Option<i64>,
    /// SHA-256 of the sealed payload.
    pub digest: Option<String>,
    pub submitted_at: Option<Instant>,
    pub version: i64,
}

impl BidLine {
    pub fn under(veil: &Veil, row: BidRow) -> Self {
        Self {
            id: row.id,
            round_id: row.round_id,
            organization_id: veil.veiled(row.organization_id),
            organization: veil.name(&row.organization),
            state: row.state,
            topic_id: row.topic_id,
            title: row.title.map(|title| veil.text(&title)),
            leader: veil.veiled(row.leader),
            budget_total: row.budget_total,
            digest: row.digest,
            submitted_at: row.submitted_at,
            version: row.version,
        }
    }
}

impl BidContent {
    /// Nobody named, nobody on the team, if a veil lies over it.
    pub fn under(mut self, veil: &Veil) -> Self {
        if !veil.lies() {
            return self;
        }
        self.team = Team::default();
        for text in [
            &mut self.title,
            &mut self.problem,
            &mut self.track_record,
            &mut self.credit,
            &mut self.capability,
            &mut self.outcomes.theoretical,
            &mut self.outcomes.institutional,
            &mut self.outcomes.brand,
        ] {
            veil.cover(text);
        }
        for target in &mut self.targets {
            veil.cover(&mut target.name);
            veil.cover(&mut target.baseline);
            veil.cover(&mut target.target);
            veil.cover(&mut target.unit);
        }
        for step in &mut self.plan {
            veil.cover(&mut step.work);
        }
        for line in &mut self.budget {
            veil.cover(&mut line.item);
        }
        self
    }
}
