//! How the panel and its matters are shown to programs.

pub mod draw;
pub mod work;

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::ids::{
    DeclaredPostId, DeclaredRelationId, EvaluationId, OrganizationId, RoundId, TopicId, UserId,
};
use crate::panel::RelationKind;
use crate::panel::actions::conflicts::Check;
use crate::panel::actions::interests::Declared;
use crate::panel::scene::Scene;
use crate::panel::store::{DeclaredPost, DeclaredRelation};
use crate::panel::view::draw::PanelRecord;
use crate::seats::{self, PanelMember, RecusalCause, Reviewer, Seat};

/// The panel of a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct PanelShown {
    pub evaluation_id: EvaluationId,
    pub round_id: RoundId,
    pub members: Vec<MemberShown>,
    /// Substitutes, replacements, invitations.
    pub record: PanelRecord,
    /// What is wrong with it, if anything; it must be right before publishing and scoring.
    pub fault: Option<String>,
    pub version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MemberShown {
    pub user_id: UserId,
    pub name: String,
    pub post: String,
    pub organization_id: Option<OrganizationId>,
    pub organization: String,
    pub seat: Seat,
    /// Shown to the committee alone: elsewhere sheets go by it.
    pub alias: Option<String>,
    pub undertaking_at: Option<Instant>,
}

impl PanelShown {
    pub fn of(
        scene: &Scene,
        members: &[PanelMember],
        people: &HashMap<UserId, Reviewer>,
        oversees: bool,
    ) -> Self {
        let chairs = members.iter().filter(|m| m.seat == Seat::Chair).count();
        Self {
            evaluation_id: scene.evaluation.id,
            round_id: scene.round.id,
            members: members
                .iter()
                .map(|member| {
                    let person = people.get(&member.user_id);
                    let text = |field: fn(&Reviewer) -> &String| {
                        person
                            .map(|person| field(person).clone())
                            .unwrap_or_default()
                    };
                    MemberShown {
                        user_id: member.user_id,
                        name: text(|person| &person.name),
                        post: text(|person| &person.post),
                        organization_id: person.map(|person| person.organization_id),
                        organization: text(|person| &person.organization),
                        seat: member.seat,
                        alias: oversees.then(|| member.alias.clone()),
                        undertaking_at: member.undertaking_at.map(|at| at),
                    }
                })
                .collect(),
            record: PanelRecord::default(),
            fault: seats::fault(members.len(), chairs).map(|refusal| refusal.reason),
            version: scene.evaluation.version,
        }
    }
}

/// A recusal as declared.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecusalDeclared {
    pub evaluation_id: EvaluationId,
    pub topic_id: TopicId,
    pub reason: String,
}

/// Declared posts and relations of one person.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterestsShown {
    pub user_id: UserId,
    pub name: String,
    pub posts: Vec<PostShown>,
    pub relations: Vec<RelationShown>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PostShown {
    pub id: DeclaredPostId,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub post: String,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
    pub entered_at: Instant,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RelationShown {
    pub id: DeclaredRelationId,
    pub kind: RelationKind,
    /// Of the person, if it is a relation to a person.
    pub organization: String,
    pub person: Option<String>,
    pub until_on: Option<NaiveDate>,
    pub entered_at: Instant,
}

impl PostShown {
    pub fn of(row: &DeclaredPost, organization: &str) -> Self {
        Self {
            id: row.id,
            organization_id: row.organization_id,
            organization: organization.to_owned(),
            post: row.post.clone(),
            from_on: row.from_on,
            until_on: row.until_on,
            entered_at: row.entered_at,
        }
    }
}

impl RelationShown {
    pub fn of(row: &DeclaredRelation, organization: &str, person: Option<&str>) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            organization: organization.to_owned(),
            person: person.map(str::to_owned),
            until_on: row.until_on,
            entered_at: row.entered_at,
        }
    }
}

impl From<&Declared> for InterestsShown {
    fn from(declared: &Declared) -> Self {
        Self {
            user_id: declared.user.id,
            name: declared.user.name.clone(),
            posts: declared
                .posts
                .iter()
                .map(|(row, organization)| PostShown::of(row, organization))
                .collect(),
            relations: declared
                .relations
                .iter()
                .map(|(row, organization, person)| {
                    RelationShown::of(row, organization, person.as_deref())
                })
                .collect(),
        }
    }
}

/// The whole panel against every organization that could bid.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictsShown {
    pub round_id: RoundId,
    pub evaluation_id: EvaluationId,
    pub checked_at: Instant,
    /// How many organizations of the committee could bid; who does is not known before the opening.
    pub organizations: usize,
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

impl ConflictsShown {
    pub fn of(check: &Check, now: Instant) -> Self {
        let name = |user: &UserId| {
            check
                .people
                .get(user)
                .map(|person| person.name.clone())
                .unwrap_or_default()
        };
        let mut conflicted: Vec<OrganizationConflicts> = Vec::new();
        for one in &check.conflicts {
            match conflicted
                .iter_mut()
                .find(|known| known.organization_id == one.organization_id)
            {
                Some(known) => {
                    known.members.push(one.user_id);
                    known.left = known.left.saturating_sub(1);
                }
                None => conflicted.push(OrganizationConflicts {
                    organization_id: one.organization_id,
                    organization: one.organization.clone(),
                    members: vec![one.user_id],
                    left: check.members.len().saturating_sub(1),
                }),
            }
        }
        conflicted.sort_by_key(|one| (one.left, one.organization_id));
        Self {
            round_id: check.scene.round.id,
            evaluation_id: check.scene.evaluation.id,
            checked_at: now,
            organizations: check.organizations,
            members: check
                .members
                .iter()
                .map(|member| MemberConflicts {
                    user_id: member.user_id,
                    name: name(&member.user_id),
                    organization: check
                        .people
                        .get(&member.user_id)
                        .map(|person| person.organization.clone())
                        .unwrap_or_default(),
                    seat: member.seat,
                    conflicts: check
                        .conflicts
                        .iter()
                        .filter(|one| one.user_id == member.user_id)
                        .map(|one| ConflictShown {
                            organization_id: one.organization_id,
                            organization: one.organization.clone(),
                            cause: one.ground.cause,
                            // Nobody knows yet whether it will compete.
                            reason: one.ground.reason.trim_end_matches("参与竞标").to_owned(),
                        })
                        .collect(),
                })
                .collect(),
            conflicted,
            left_if_all_bid: check.worst,
            left_if_one_bids: check.worst_single,
            quorum: check.needed,
            faults: check
                .faults
                .iter()
                .map(|refusal| FaultShown {
                    code: refusal.code,
                    reason: refusal.reason.clone(),
                    remedy: refusal.remedy.clone(),
                })
                .collect(),
            warnings: check.warnings.clone(),
            topics: check.topics.as_ref().map(|topics| {
                topics
                    .iter()
                    .map(|topic| TopicConflicts {
                        topic_id: topic.topic_id,
                        title: topic.title.clone(),
                        recused: topic
                            .recused
                            .iter()
                            .map(|(user, reason)| TopicRecusal {
                                user_id: *user,
                                name: name(user),
                                reason: reason.clone(),
                            })
                            .collect(),
                        left: topic.left,
                        quorum_met: topic.quorum,
                    })
                    .collect()
            }),
        }
    }
}
