//! The whole panel against every organization that could bid: before anybody is invited.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{OrganizationId, RoundId, TopicId, UserId};
use crate::numbers::rules;
use crate::panel::actions::interests;
use crate::panel::rules::conflict::{self, Ground, Interests};
use crate::panel::scene::{self, Scene};
use crate::panel::store::{self, BidLine, Place};
use crate::seats::{self, PanelMember, Reviewer, Seat, fault, people_by_id};
use crate::who::{Actor, Role};

/// One member's conflict with one organization.
pub struct Conflict {
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub ground: Ground,
}

/// The whole panel checked.
pub struct Check {
    pub scene: Scene,
    pub members: Vec<PanelMember>,
    pub people: HashMap<UserId, Reviewer>,
    pub conflicts: Vec<Conflict>,
    /// How many organizations could bid.
    pub organizations: usize,
    /// Members who could mark even if every organization bid for one topic.
    pub worst: usize,
    /// Fewest members left if one organization alone bids for a topic.
    pub worst_single: usize,
    /// Members that are a quorum.
    pub needed: usize,
    /// What is wrong with the panel as it is.
    pub faults: Vec<Refusal>,
    /// What may go wrong.
    pub warnings: Vec<String>,
    /// After the opening: who must leave which topic.
    pub topics: Option<Vec<TopicCheck>>,
}

pub struct TopicCheck {
    pub topic_id: TopicId,
    pub title: String,
    pub recused: Vec<(UserId, String)>,
    pub left: usize,
    pub quorum: bool,
}

/// The office, the supervisor and the chair: declared posts and relations show through.
pub fn may_check(scene: &Scene, actor: &Actor) -> Result<()> {
    actor.person()?;
    if actor.holds_any(&[Role::Office, Role::Supervisor], &scene.path) || scene.chairs() {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new(
            "conflicts_private",
            "利害关系核查涉及个人任职和亲属关系，只供党建部、督导员和主任委员查看。",
        )
        .remedy("本人的登记可在“我的账号”查看。"),
    ))
}

pub fn check(c: &mut Conn, actor: &Actor, round: RoundId, now: Instant) -> Result<Check> {
    let scene = scene::scene(c, actor, round)?;
    may_check(&scene, actor)?;
    if scene.seat.is_some() && scene.round.opened_at.is_some() && scene.evaluation.is_blind() {
        return Err(Error::Forbidden(
            Refusal::new(
                "blind_until_lock",
                "匿名评审，评分锁定以前核查结果只供党建部和督导员查看。",
            )
            .remedy("核查会显示哪些组织参加竞标；锁定以后，主任委员可以查看。"),
        ));
    }
    let members = seats::panel(c, scene.evaluation.id)?;
    of(c, scene, members, now)
}

/// The check of these members, seated or proposed.
pub fn of(c: &mut Conn, scene: Scene, members: Vec<PanelMember>, now: Instant) -> Result<Check> {
    let people = people_by_id(c, members.iter().map(|m| m.user_id).collect())?;
    let reviewers: Vec<Reviewer> = members
        .iter()
        .filter_map(|member| people.get(&member.user_id).cloned())
        .collect();
    let interests = interests::interests(c, scene.evaluation.id, &reviewers)?;
    let bidders = store::possible_bidders(c, &scene.path)?;
    let today = clock::local_date(now);
    let conflicts = against(&interests, &bidders, &scene.path, today);
    let mut by_organization: HashMap<OrganizationId, usize> = HashMap::new();
    for conflict in &conflicts {
        *by_organization.entry(conflict.organization_id).or_default() += 1;
    }
    let touched: HashSet<UserId> = conflicts.iter().map(|one| one.user_id).collect();
    let worst = members.len().saturating_sub(touched.len());
    let most = by_organization.values().copied().max().unwrap_or(0);
    let worst_single = members.len().saturating_sub(most);
    let needed = conflict::quorum(
        members.len(),
        small(scene.evaluation.quorum_numerator),
        small(scene.evaluation.quorum_denominator),
    );
    let faults = faults(&scene, &members, worst_single, needed);
    let warnings = warnings(worst, needed, &people, &conflicts, &members);
    let topics = if scene.round.opened_at.is_some() {
        Some(topics(c, &scene, &members, &people, &interests, now)?)
    } else {
        None
    };
    Ok(Check {
        organizations: bidders.len(),
        scene,
        members,
        people,
        conflicts,
        worst,
        worst_single,
        needed,
        faults,
        warnings,
        topics,
    })
}

fn small(n: i64) -> usize {
    usize::try_from(n).unwrap_or(0)
}

fn against(
    interests: &[Interests],
    bidders: &[Place],
    committee: &str,
    today: chrono::NaiveDate,
) -> Vec<Conflict> {
    interests
        .iter()
        .flat_map(|one| {
            bidders.iter().filter_map(move |(id, name, path)| {
                conflict::ground(one, path, committee, today).map(|ground| Conflict {
                    user_id: one.user_id,
                    organization_id: *id,
                    organization: name.clone(),
                    ground,
                })
            })
        })
        .collect()
}

/// What must be put right before anybody is invited.
fn faults(
    scene: &Scene,
    members: &[PanelMember],
    worst_single: usize,
    needed: usize,
) -> Vec<Refusal> {
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
    all
}

fn warnings(
    worst: usize,
    needed: usize,
    people: &HashMap<UserId, Reviewer>,
    conflicts: &[Conflict],
    members: &[PanelMember],
) -> Vec<String> {
    let mut all = Vec::new();
    if worst < needed && !members.is_empty() {
        all.push(format!(
            "如果所有组织都竞标同一个标的，只剩 {worst} 名委员可评，法定 {needed} 名。可在候补名单中多备几名。"
        ));
    }
    let chair = members.iter().find(|member| member.seat == Seat::Chair);
    if let Some(chair) = chair
        && conflicts.iter().any(|one| one.user_id == chair.user_id)
    {
        let name = people.get(&chair.user_id).map_or("", |p| p.name.as_str());
        all.push(format!(
            "主任委员{name}与可能竞标的组织有利害关系，届时须回避相关标的。"
        ));
    }
    all
}

/// Grounds on which members leave topics to others, given the bids that were opened.
pub fn recusals(
    interests: &[Interests],
    bids: &[BidLine],
    committee: &str,
    today: chrono::NaiveDate,
) -> BTreeMap<(UserId, TopicId), Ground> {
    let mut found: BTreeMap<(UserId, TopicId), Ground> = BTreeMap::new();
    for one in interests {
        for bid in bids {
            let Some(topic) = bid.topic_id else { continue };
            let Some(ground) = conflict::ground(one, &bid.path, committee, today) else {
                continue;
            };
            // The gravest of a topic's grounds is the one that stands: it decides whether it may ever be lifted.
            match found.get(&(one.user_id, topic)) {
                Some(known) if known.cause <= ground.cause => {}
                Some(_) | None => {
                    found.insert((one.user_id, topic), ground);
                }
            }
        }
    }
    found
}

fn topics(
    c: &mut Conn,
    scene: &Scene,
    members: &[PanelMember],
    people: &HashMap<UserId, Reviewer>,
    interests: &[Interests],
    now: Instant,
) -> Result<Vec<TopicCheck>> {
    let bids = store::competitors(c, scene.round.id)?;
    let mut found: BTreeMap<(UserId, TopicId), String> =
        recusals(interests, &bids, &scene.path, clock::local_date(now))
            .into_iter()
            .map(|(key, ground)| (key, ground.reason))
            .collect();
    // From the start of scoring on the recorded ones decide; lifted ones are gone.
    let recorded = seats::recusals(c, scene.evaluation.id)?;
    if scene.evaluation.started_at.is_some() {
        found.clear();
    }
    for recusal in recorded {
        found.insert((recusal.user_id, recusal.topic_id), recusal.reason);
    }
    Ok(crate::rounds::topics(c, scene.round.id)?
        .into_iter()
        .filter(|topic| !topic.failed)
        .map(|topic| {
            let recused: Vec<(UserId, String)> = found
                .iter()
                .filter(|((user, of), _)| *of == topic.id && people.contains_key(user))
                .map(|((user, _), reason)| (*user, reason.clone()))
                .collect();
            let left = members.len().saturating_sub(recused.len());
            TopicCheck {
                topic_id: topic.id,
                title: topic.title,
                left,
                quorum: has_quorum(scene, left, members.len()),
                recused,
            }
        })
        .collect())
}

/// Whether so many of the panel's members are a quorum.
pub fn has_quorum(scene: &Scene, left: usize, members: usize) -> bool {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    rules::quorum_met(
        small(left),
        small(members),
        u32::try_from(scene.evaluation.quorum_numerator).unwrap_or(0),
        u32::try_from(scene.evaluation.quorum_denominator).unwrap_or(1),
    )
}
