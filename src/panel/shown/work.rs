//! Recusals and the division of the work, as shown.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::{Matter, Of};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, RecusalId, RoundId, TopicId, UserId};
use crate::panel::LiftState;
use crate::panel::actions::assign::Facts;
use crate::panel::rules::assign::shortages;
use crate::panel::scene::Scene;
use crate::panel::store::{self, Lift};
use crate::rounds;
use crate::seats::actions::division;
use crate::seats::{self, RecusalCause, Veil, name_of, organization_of, people_by_id};
use crate::who::Actor;

/// Every recusal of a round, standing and lifted.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecusalsShown {
    pub round_id: RoundId,
    pub recusals: Vec<RecusalShown>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
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
    /// Sheets on the topic's bids that were handed in before: kept, not counted.
    pub sheets_set_aside: usize,
    /// Why it cannot be lifted, if so.
    pub stands: Option<String>,
    /// What was proposed about it, oldest first.
    pub lifts: Vec<LiftShown>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LiftShown {
    pub state: LiftState,
    pub reason: String,
    pub proposed_by: String,
    pub proposed_at: Instant,
    pub answered_by: Option<String>,
    pub answered_at: Option<Instant>,
    pub answer: Option<String>,
}

pub type Recusals = Of<RecusalsShown>;

impl Matter for RecusalsShown {
    const PAGE: &'static str = "recusals";

    /// For the committee and the panel.
    fn load(c: &mut Conn, actor: &Actor, scene: &Scene) -> Result<Self> {
        if !scene.oversees(actor) && scene.seat.is_none() {
            actor.person()?;
            return Err(Error::Forbidden(
                Refusal::new("recusals_private", "回避情况供党委和评审委员会查看。")
                    .remedy("公示开始以后，评审结果中列有回避情况。"),
            ));
        }
        let (id, asker) = (scene.evaluation.id, actor.user_id());
        let mut recusals = seats::all_recusals(c, id)?;
        // Whose organization bids on which topic would tell the panel of a blind round who bids.
        let veil = Veil::of(c, actor, scene.round.id)?;
        if veil.lies() {
            recusals.retain(|one| Some(one.user_id) == asker);
        }
        let lifts = store::lifts(c, id)?;
        let aside = store::handed_in(c, id)?;
        let topics = rounds::topics(c, scene.round.id)?;
        let named: HashSet<UserId> = recusals
            .iter()
            .map(|one| one.user_id)
            .chain(lifts.iter().map(|lift| lift.proposed_by))
            .chain(lifts.iter().filter_map(|lift| lift.answered_by))
            .collect();
        let people = people_by_id(c, named.into_iter().collect())?;
        // Whoever may read declared posts and relations reads why.
        let detailed = scene.may_check(actor).is_ok();
        let lift = |lift: &Lift| LiftShown {
            state: lift.state,
            reason: veil.text(&lift.reason),
            proposed_by: name_of(&people, lift.proposed_by),
            proposed_at: lift.proposed_at,
            answered_by: lift.answered_by.map(|user| name_of(&people, user)),
            answered_at: lift.answered_at,
            answer: lift
                .answer
                .as_deref()
                .filter(|answer| !answer.is_empty())
                .map(|answer| veil.text(answer)),
        };
        let shown = recusals.into_iter().map(|one| RecusalShown {
            id: one.id,
            topic_id: one.topic_id,
            topic: topics
                .iter()
                .find(|topic| topic.id == one.topic_id)
                .map(|topic| topic.title.clone())
                .unwrap_or_default(),
            user_id: one.user_id,
            name: name_of(&people, one.user_id),
            organization: organization_of(&people, one.user_id),
            cause: one.cause,
            at: one.at,
            lifted_at: one.lifted_at,
            sheets_set_aside: match one.lifted_at {
                None => *aside.get(&(one.user_id, one.topic_id)).unwrap_or(&0),
                Some(_) => 0,
            },
            stands: scene
                .may_lift(&one)
                .err()
                .map(|refusal| format!("{}{}", refusal.reason, refusal.remedy)),
            lifts: lifts
                .iter()
                .filter(|lift| lift.recusal_id == one.id)
                .map(lift)
                .collect(),
            reason: (detailed || asker == Some(one.user_id)).then(|| veil.text(&one.reason)),
        });
        Ok(Self {
            round_id: scene.round.id,
            recusals: shown.collect(),
        })
    }
}

/// How the bids are divided among the panel.
#[derive(Debug, Clone, Serialize, ToSchema)]
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

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LoadShown {
    pub user_id: UserId,
    pub name: String,
    pub bids: usize,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ShortBid {
    pub bid_id: BidId,
    pub title: String,
    pub reviewers: usize,
}

pub type Plan = Of<AssignmentPlan>;

impl Matter for AssignmentPlan {
    const PAGE: &'static str = "panel/assignment";

    /// For the committee and the chair.
    fn load(c: &mut Conn, actor: &Actor, scene: &Scene) -> Result<Self> {
        if !scene.watches(actor) {
            actor.person()?;
            return Err(Error::Forbidden(
                Refusal::new("assignment_private", "评审分工供党委和主任委员查看。")
                    .remedy("分给您的申报在评审首页。"),
            ));
        }
        let id = scene.evaluation.id;
        let mode = seats::mode(c, id)?;
        let members = seats::panel(c, id)?;
        let people = people_by_id(c, members.iter().map(|m| m.user_id).collect())?;
        let mut loads: BTreeMap<UserId, usize> = members.iter().map(|m| (m.user_id, 0)).collect();
        let (mut short, mut bids) = (Vec::new(), 0);
        // Nothing of the bids shows before the opening.
        if let (Some(mode), true) = (&mode, scene.round.opened_at.is_some()) {
            let facts = Facts::load(c, scene)?;
            let veil = Veil::of(c, actor, scene.round.id)?;
            bids = facts.bids.len();
            let few: Vec<(BidId, usize)> = match division::load(c, id)? {
                None => shortages(facts.problem(mode.per_bid, &[], ""))
                    .into_iter()
                    .map(|one| (BidId(one.bid), one.eligible))
                    .collect(),
                Some(by_bid) => {
                    for user in by_bid.values().flatten() {
                        if let Some(load) = loads.get_mut(user) {
                            *load += 1;
                        }
                    }
                    let wanted = usize::try_from(mode.per_bid).unwrap_or(0);
                    let has = |bid: BidId| by_bid.get(&bid).map_or(0, HashSet::len);
                    facts
                        .bids
                        .iter()
                        .map(|bid| (bid.id, has(bid.id)))
                        .filter(|(_, has)| *has < wanted)
                        .collect()
                }
            };
            short = few
                .into_iter()
                .map(|(bid_id, reviewers)| ShortBid {
                    bid_id,
                    title: facts.title(bid_id, &veil),
                    reviewers,
                })
                .collect();
        }
        Ok(Self {
            round_id: scene.round.id,
            reviewers_per_bid: mode.as_ref().map(|mode| mode.per_bid),
            seed: mode.as_ref().and_then(|mode| mode.seed.clone()),
            digest: mode.and_then(|mode| mode.digest),
            bids,
            loads: loads
                .into_iter()
                .map(|(user_id, bids)| LoadShown {
                    user_id,
                    name: name_of(&people, user_id),
                    bids,
                })
                .collect(),
            short,
            version: scene.evaluation.version,
        })
    }
}
