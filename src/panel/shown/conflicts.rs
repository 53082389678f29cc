//! The whole panel against every organization that could bid: before anybody is invited.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{EvaluationId, OrganizationId, RoundId, TopicId, UserId};
use crate::panel::actions::conflicts::recusals;
use crate::panel::actions::interests::interests;
use crate::panel::actions::quorum::{self, Bench, Leaving};
use crate::panel::rules::conflict::{self, Interests};
use crate::panel::scene::Scene;
use crate::panel::store::{self, Place};
use crate::rounds;
use crate::seats::{self, PanelMember, RecusalCause, Reviewer, Seat, fault, people_by_id};
use crate::who::Actor;

/// The whole panel against every organization that could bid.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictsShown {
    pub round_id: RoundId,
    pub evaluation_id: EvaluationId,
    pub checked_at: Instant,
    /// How many organizations of the committee could bid; who does is not known before the opening.
    pub organizations: i64,
    pub members: Vec<MemberConflicts>,
    /// Organizations with which a member has a conflict.
    pub conflicted: Vec<OrganizationConflicts>,
    /// Members left for a topic if every organization bid for it.
    pub left_if_all_bid: usize,
    /// Fewest members left if one organization alone bids for a topic.
    pub left_if_one_bids: usize,
    /// Members that are a quorum.
    pub quorum: usize,
    /// To be put right before anybody is invited.
    pub faults: Vec<FaultShown>,
    pub warnings: Vec<String>,
    /// After the opening: who leaves which topic, and who is left.
    pub topics: Option<Vec<TopicConflicts>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MemberConflicts {
    pub user_id: UserId,
    pub name: String,
    pub organization: String,
    pub seat: Seat,
    pub conflicts: Vec<ConflictShown>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictShown {
    pub organization_id: OrganizationId,
    pub organization: String,
    pub cause: RecusalCause,
    pub reason: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationConflicts {
    pub organization_id: OrganizationId,
    pub organization: String,
    pub members: Vec<UserId>,
    pub left: usize,
}

/// Why something is not right, with what would change it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FaultShown {
    pub code: &'static str,
    pub reason: String,
    pub remedy: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TopicConflicts {
    pub topic_id: TopicId,
    pub title: String,
    pub recused: Vec<TopicRecusal>,
    pub left: usize,
    pub quorum_met: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TopicRecusal {
    pub user_id: UserId,
    pub name: String,
    pub reason: String,
}

/// For the office, the supervisor and the chair.
pub fn check(c: &mut Conn, actor: &Actor, scene: &Scene, now: Instant) -> Result<ConflictsShown> {
    scene.may_check(actor)?;
    if scene.round.opened_at.is_some() && seats::blinds(c, actor, scene.round.id)? {
        return Err(Error::Forbidden(
            Refusal::new(
                "blind_until_lock",
                "匿名评审，评分锁定以前核查结果只供党建部和督导员查看。",
            )
            .remedy("核查会显示哪些组织参加竞标；锁定以后，主任委员可以查看。"),
        ));
    }
    let members = seats::panel(c, scene.evaluation.id)?;
    of(c, scene, &members, now)
}

/// The check of these members, seated or proposed.
pub fn of(
    c: &mut Conn,
    scene: &Scene,
    members: &[PanelMember],
    now: Instant,
) -> Result<ConflictsShown> {
    let people = people_by_id(c, members.iter().map(|m| m.user_id).collect())?;
    let reviewers: Vec<Reviewer> = members
        .iter()
        .filter_map(|member| people.get(&member.user_id).cloned())
        .collect();
    let interests = interests(c, scene.evaluation.id, &reviewers)?;
    let today = clock::local_date(now);
    let bidders = store::touched(c, &scene.path, &conflict::tied(&interests, today))?;
    let checked: Vec<MemberConflicts> = members
        .iter()
        .map(|member| MemberConflicts {
            user_id: member.user_id,
            name: seats::name_of(&people, member.user_id),
            organization: seats::organization_of(&people, member.user_id),
            seat: member.seat,
            conflicts: interests
                .iter()
                .filter(|one| one.user_id == member.user_id)
                .flat_map(|one| against(one, &bidders, &scene.path, today))
                .collect(),
        })
        .collect();
    let conflicted = by_organization(&checked);
    let all = checked.len();
    let worst = checked
        .iter()
        .filter(|one| one.conflicts.is_empty())
        .count();
    let single = conflicted.iter().map(|one| one.left).min().unwrap_or(all);
    let needed = scene.evaluation.quorum(all);
    Ok(ConflictsShown {
        round_id: scene.round.id,
        evaluation_id: scene.evaluation.id,
        checked_at: now,
        organizations: store::count_bidders(c, &scene.path)?,
        faults: faults(scene, members, single, needed),
        warnings: warnings(worst, needed, &checked),
        members: checked,
        conflicted,
        left_if_all_bid: worst,
        left_if_one_bids: single,
        quorum: needed,
        topics: match scene.round.opened_at {
            Some(_) => Some(topics(c, scene, members, &people, &interests, now)?),
            None => None,
        },
    })
}

fn against(
    one: &Interests,
    bidders: &[Place],
    committee: &str,
    today: chrono::NaiveDate,
) -> Vec<ConflictShown> {
    bidders
        .iter()
        .filter_map(|(id, name, path)| {
            let ground = conflict::ground(one, path, committee, today)?;
            Some(ConflictShown {
                organization_id: *id,
                organization: name.clone(),
                cause: ground.cause,
                // Nobody knows yet whether it will compete.
                reason: ground.reason.trim_end_matches("参与竞标").to_owned(),
            })
        })
        .collect()
}

fn by_organization(members: &[MemberConflicts]) -> Vec<OrganizationConflicts> {
    let mut all: BTreeMap<OrganizationId, OrganizationConflicts> = BTreeMap::new();
    for member in members {
        for one in &member.conflicts {
            let entry = all.entry(one.organization_id);
            let known = entry.or_insert_with(|| OrganizationConflicts {
                organization_id: one.organization_id,
                organization: one.organization.clone(),
                members: Vec::new(),
                left: members.len(),
            });
            known.members.push(member.user_id);
            known.left = known.left.saturating_sub(1);
        }
    }
    let mut all: Vec<_> = all.into_values().collect();
    all.sort_by_key(|one| (one.left, one.organization_id));
    all
}

/// What must be put right before anybody is invited.
fn faults(
    scene: &Scene,
    members: &[PanelMember],
    worst_single: usize,
    needed: usize,
) -> Vec<FaultShown> {
    let chairs = members.iter().filter(|m| m.seat == Seat::Chair).count();
    let mut all: Vec<Refusal> = fault(members.len(), chairs).into_iter().collect();
    if !members.is_empty() && worst_single < needed {
        all.push(
            Refusal::new(
                "quorum_at_risk",
                format!(
                    "只要一个组织参与竞标，就可能只剩 {worst_single} 名委员可评，少于法定的 {needed} 名（{}/{}）。",
                    scene.evaluation.quorum_numerator, scene.evaluation.quorum_denominator
                ),
            )
            .remedy("请换掉同一组织的部分委员。"),
        );
    }
    let shown = |refusal: Refusal| FaultShown {
        code: refusal.code,
        reason: refusal.reason,
        remedy: refusal.remedy,
    };
    all.into_iter().map(shown).collect()
}

impl FaultShown {
    pub fn refusal(&self) -> Refusal {
        Refusal::new(self.code, self.reason.clone()).remedy(self.remedy.clone())
    }
}

fn warnings(worst: usize, needed: usize, members: &[MemberConflicts]) -> Vec<String> {
    let mut all = Vec::new();
    if worst < needed && !members.is_empty() {
        all.push(format!(
            "如果所有组织都竞标同一个标的，只剩 {worst} 名委员可评，法定 {needed} 名。可在候补名单中多备几名。"
        ));
    }
    let chair = members.iter().find(|member| member.seat == Seat::Chair);
    if let Some(chair) = chair.filter(|chair| !chair.conflicts.is_empty()) {
        all.push(format!(
            "主任委员{}与可能竞标的组织有利害关系，届时须回避相关标的。",
            chair.name
        ));
    }
    all
}

fn topics(
    c: &mut Conn,
    scene: &Scene,
    members: &[PanelMember],
    people: &HashMap<UserId, Reviewer>,
    interests: &[Interests],
    now: Instant,
) -> Result<Vec<TopicConflicts>> {
    // From the start of scoring on the recorded ones decide; lifted ones are gone.
    let mut found = Leaving::new();
    if scene.evaluation.started_at.is_none() {
        let grounds = recusals(c, scene, interests, clock::local_date(now))?;
        found.extend(
            grounds
                .into_iter()
                .map(|(key, ground)| (key, ground.reason)),
        );
    }
    found.extend(quorum::recorded(c, scene)?);
    let topics = rounds::topics(c, scene.round.id)?;
    let bench = Bench::of(scene, members, topics, &found);
    let (appointed, needed) = (bench.seats, bench.needed);
    let shown = bench.topics.into_iter().map(|one| TopicConflicts {
        topic_id: one.topic.id,
        title: one.topic.title,
        recused: one
            .recused
            .into_iter()
            .map(|(user_id, reason)| TopicRecusal {
                user_id,
                name: seats::name_of(people, user_id),
                reason,
            })
            .collect(),
        left: one.left,
        quorum_met: appointed > 0 && one.left >= needed,
    });
    Ok(shown.collect())
}
