//! Recusals and the division of the work, as shown.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::{Matter, Of};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, RecusalId, RoundId, TopicId, UserId};
use crate::panel::LiftState;
use crate::panel::scene::Scene;
use crate::panel::store::{self, Lift};
use crate::rounds;
use crate::seats::{self, PanelMember, RecusalCause, Veil, name_of, organization_of, people_by_id};
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
        let recused = recusals.iter().filter(|one| one.lifted_at.is_none());
        let aside = store::handed_in(c, id, recused.map(|one| one.user_id).collect())?;
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
    /// Bids that have, or would have, fewer reviewers: the first 50 of them.
    pub short: Vec<ShortBid>,
    /// How many of them there are; 51 stands for more than 50 once the bids are divided.
    pub short_count: usize,
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

/// Bids listed that lack reviewers.
const SHORT: i64 = 50;

fn size(count: i64) -> usize {
    usize::try_from(count).unwrap_or(0)
}

/// Bids that lack reviewers.
struct Short {
    /// The first of them, each with how many reviewers it has or would have.
    first: Vec<(BidId, i64)>,
    count: usize,
}

/// How the bids are divided, or would be: by counts.
struct Division<'a> {
    scene: &'a Scene,
    mode: &'a seats::Mode,
    /// Bids that are marked, by topic.
    opened: BTreeMap<TopicId, i64>,
    /// How many of the panel are left to judge a topic.
    left: BTreeMap<TopicId, i64>,
    /// How many bids each reviewer was given; none before they are divided.
    given: Vec<(UserId, i64)>,
}

impl<'a> Division<'a> {
    fn load(
        c: &mut Conn,
        scene: &'a Scene,
        mode: &'a seats::Mode,
        members: &[PanelMember],
    ) -> Result<Self> {
        let id = scene.evaluation.id;
        let opened = store::opened_by_topic(c, scene.round.id)?;
        let recusals = seats::recusals(c, id)?;
        let mut of = Self {
            scene,
            mode,
            opened: BTreeMap::new(),
            left: BTreeMap::new(),
            given: match mode.assigned_at {
                Some(_) => seats::assigned_counts(c, id)?,
                None => Vec::new(),
            },
        };
        for topic in rounds::topics(c, scene.round.id)? {
            if topic.failed {
                continue;
            }
            let leaves = |member: &&PanelMember| {
                let of = (member.user_id, topic.id);
                recusals.iter().any(|one| (one.user_id, one.topic_id) == of)
            };
            let left = members.len() - members.iter().filter(leaves).count();
            of.left.insert(topic.id, i64::try_from(left).unwrap_or(0));
            let bids = opened.get(&topic.id).copied().unwrap_or(0);
            of.opened.insert(topic.id, bids);
        }
        Ok(of)
    }

    fn short(&self, c: &mut Conn) -> Result<Short> {
        let wanted = self.mode.per_bid;
        if self.mode.assigned_at.is_none() {
            let lacking = self.left.iter().filter(|(_, left)| **left < wanted);
            let topics: Vec<TopicId> = lacking.map(|(topic, _)| *topic).collect();
            let count = topics.iter().filter_map(|topic| self.opened.get(topic));
            let count = size(count.sum());
            let mut first = Vec::new();
            for topic in topics {
                let left = self.left.get(&topic).copied().unwrap_or(0);
                let bids = store::first_on(c, &[topic], SHORT)?;
                first.extend(bids.into_iter().map(|bid| (bid, left)));
            }
            first.sort_unstable();
            first.truncate(size(SHORT));
            return Ok(Short { first, count });
        }
        let given: i64 = self.given.iter().map(|(_, count)| count).sum();
        let opened: i64 = self.opened.values().sum();
        // No bid is given to more than are wanted: where that many pairs are there, none lacks any.
        if given == opened * wanted {
            return Ok(Short {
                first: Vec::new(),
                count: 0,
            });
        }
        let topics: Vec<TopicId> = self.opened.keys().copied().collect();
        let of = self.scene.evaluation.id;
        let mut first = store::given_to_fewer(c, of, &topics, wanted, SHORT + 1)?;
        let count = first.len();
        first.truncate(size(SHORT));
        Ok(Short { first, count })
    }
}

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
        let (mut short, mut short_count, mut bids) = (Vec::new(), 0, 0);
        // Nothing of the bids shows before the opening.
        if let (Some(mode), true) = (&mode, scene.round.opened_at.is_some()) {
            let division = Division::load(c, scene, mode, &members)?;
            bids = size(division.opened.values().sum());
            for (user, count) in &division.given {
                loads.entry(*user).and_modify(|load| *load = size(*count));
            }
            let few = division.short(c)?;
            short_count = few.count;
            let veil = Veil::of(c, actor, scene.round.id)?;
            let ids: Vec<BidId> = few.first.iter().map(|(bid, _)| *bid).collect();
            let titles: HashMap<BidId, String> =
                store::bids_found(c, scene.round.id, &ids, None, SHORT)?
                    .into_iter()
                    .map(|bid| (bid.id, bid.named.title(&veil)))
                    .collect();
            let listed = |(bid_id, reviewers): (BidId, i64)| ShortBid {
                bid_id,
                title: titles.get(&bid_id).cloned().unwrap_or_default(),
                reviewers: size(reviewers),
            };
            short = few.first.into_iter().map(listed).collect();
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
            short_count,
            version: scene.evaluation.version,
        })
    }
}
