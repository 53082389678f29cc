//! Recusals, declarations and the division of the work, as shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::ids::{BidId, RecusalId, RoundId, TopicId, UserId};
use crate::panel::LiftState;
use crate::panel::actions::assign::Plan;
use crate::panel::actions::lift::{Recusals, may_lift};
use crate::seats::RecusalCause;

/// Every recusal of a round, standing and lifted.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecusalsShown {
    pub round_id: RoundId,
    pub recusals: Vec<RecusalShown>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RecusalShown {
    pub id: RecusalId,
    pub topic_id: TopicId,
    pub topic: String,
    pub user_id: UserId,
    pub name: String,
    pub organization: String,
    pub cause: RecusalCause,
    /// For the office, the supervisor, the chair and the person; others read the cause.
    pub reason: Option<String>,
    pub at: Instant,
    pub lifted_at: Option<Instant>,
    /// Why it cannot be lifted, if so.
    pub stands: Option<String>,
    /// What was proposed about it, oldest first.
    pub lifts: Vec<LiftShown>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LiftShown {
    pub state: LiftState,
    pub reason: String,
    pub proposed_by: String,
    pub proposed_at: Instant,
    pub answered_by: Option<String>,
    pub answered_at: Option<Instant>,
    pub answer: Option<String>,
}

impl RecusalsShown {
    /// `detailed` for whoever may read declared posts and relations.
    pub fn of(all: &Recusals, detailed: bool, own: Option<UserId>) -> Self {
        let name = |user: UserId| {
            all.people
                .get(&user)
                .map(|person| person.name.clone())
                .unwrap_or_default()
        };
        Self {
            round_id: all.scene.round.id,
            recusals: all
                .recusals
                .iter()
                .map(|one| RecusalShown {
                    id: one.id,
                    topic_id: one.topic_id,
                    topic: all
                        .topics
                        .iter()
                        .find(|topic| topic.id == one.topic_id)
                        .map(|topic| topic.title.clone())
                        .unwrap_or_default(),
                    user_id: one.user_id,
                    name: name(one.user_id),
                    organization: all
                        .people
                        .get(&one.user_id)
                        .map(|person| person.organization.clone())
                        .unwrap_or_default(),
                    cause: one.cause,
                    reason: (detailed || own == Some(one.user_id)).then(|| one.reason.clone()),
                    at: one.at,
                    lifted_at: one.lifted_at,
                    stands: may_lift(&all.scene, one)
                        .err()
                        .map(|refusal| format!("{}{}", refusal.reason, refusal.remedy)),
                    lifts: all
                        .lifts
                        .iter()
                        .filter(|lift| lift.recusal_id == one.id)
                        .map(|lift| LiftShown {
                            state: lift.state,
                            reason: lift.reason.clone(),
                            proposed_by: name(lift.proposed_by),
                            proposed_at: lift.proposed_at,
                            answered_by: lift.answered_by.map(name),
                            answered_at: lift.answered_at,
                            answer: lift.answer.clone().filter(|answer| !answer.is_empty()),
                        })
                        .collect(),
                })
                .collect(),
        }
    }
}

/// How the bids are divided among the panel.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentPlan {
    pub round_id: RoundId,
    /// None: everybody marks everything.
    pub reviewers_per_bid: Option<i64>,
    /// Once scoring has started: SHA-256("biaogan-assign-1\n" audit head "\n" round id).
    pub seed: Option<String>,
    /// SHA-256 over the pairs (bid, reviewer) as first assigned.
    pub digest: Option<String>,
    pub bids: usize,
    pub loads: Vec<LoadShown>,
    /// Bids that have, or would have, fewer reviewers.
    pub short: Vec<ShortBid>,
    pub version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct LoadShown {
    pub user_id: UserId,
    pub name: String,
    pub bids: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ShortBid {
    pub bid_id: BidId,
    pub title: String,
    pub reviewers: usize,
}

impl From<&Plan> for AssignmentPlan {
    fn from(plan: &Plan) -> Self {
        Self {
            round_id: plan.scene.round.id,
            reviewers_per_bid: plan.mode.as_ref().map(|mode| mode.per_bid),
            seed: plan.mode.as_ref().and_then(|mode| mode.seed.clone()),
            digest: plan.mode.as_ref().and_then(|mode| mode.digest.clone()),
            bids: plan.bids,
            loads: plan
                .loads
                .iter()
                .map(|(user, bids)| LoadShown {
                    user_id: *user,
                    name: plan
                        .people
                        .get(user)
                        .map(|person| person.name.clone())
                        .unwrap_or_default(),
                    bids: *bids,
                })
                .collect(),
            short: plan
                .short
                .iter()
                .map(|(bid, title, reviewers)| ShortBid {
                    bid_id: *bid,
                    title: title.clone(),
                    reviewers: *reviewers,
                })
                .collect(),
            version: plan.scene.evaluation.version,
        }
    }
}
