//! How failed topics are shown.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::bids;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::failed;
use crate::failed::Story;
use crate::failed::rules::{FailedDecision, JointAnswer, may_decide};
use crate::ids::{BidId, OrganizationId, RoundId, TopicId};
use crate::rounds::{Round, store};
use crate::who::Actor;

/// One of those asked to go on as one (联合攻关).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JointShown {
    pub bid_id: BidId,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub answer: Option<JointAnswer>,
}

/// Why a topic failed and what was decided on it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FailureShown {
    pub failed_at: Instant,
    pub valid_bids: i64,
    pub decision: Option<FailedDecision>,
    /// Why it was decided so.
    pub reason: Option<String>,
    pub decided_at: Option<Instant>,
    /// The supplementary round it goes into.
    pub next_round_id: Option<RoundId>,
    /// The bid a joint project is built on.
    pub joint_lead_id: Option<BidId>,
    /// When all who were asked had answered and two or more agreed.
    pub agreed_at: Option<Instant>,
    pub joint: Vec<JointShown>,
}

/// Failures of a round by topic.
pub fn failures(c: &mut Conn, round: RoundId) -> Result<HashMap<TopicId, FailureShown>> {
    Ok(failed::stories(c, round)?
        .into_iter()
        .map(|story| (story.topic.id, FailureShown::from(story)))
        .collect())
}

impl From<Story> for FailureShown {
    fn from(story: Story) -> Self {
        Self {
            failed_at: story.failed.failed_at,
            valid_bids: story.failed.valid_bids,
            decision: story.failed.decision,
            reason: story.failed.reason,
            decided_at: story.failed.decided_at,
            next_round_id: story.failed.next_round_id,
            joint_lead_id: story.failed.joint_lead_id,
            agreed_at: story.failed.agreed_at,
            joint: story
                .joint
                .into_iter()
                .map(|bid| JointShown {
                    bid_id: bid.bid_id,
                    organization_id: bid.organization_id,
                    organization: bid.organization,
                    answer: bid.answer,
                })
                .collect(),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct AskedLine {
    pub bid_id: BidId,
    pub organization: String,
    pub title: String,
    pub lead: bool,
    pub answer: &'static str,
    pub tone: &'static str,
    /// It is this person's to answer.
    pub mine: bool,
}

/// A failed topic on the round's page.
#[derive(Debug, Serialize)]
pub struct FailedLine {
    pub topic_id: TopicId,
    pub title: String,
    pub why: String,
    pub decision: Option<&'static str>,
    pub reason: Option<String>,
    pub decided_at: Option<Instant>,
    pub agreed: bool,
    pub joint: Vec<AskedLine>,
    /// The supplementary round's title, with its id where this person may see it.
    pub next: Option<(Option<RoundId>, String)>,
    /// Why a joint project is out of the question, if it is.
    pub joint_refusal: Option<Refusal>,
    pub leads: Vec<Value>,
}

/// The failed topics as this person sees them.
pub fn lines(
    c: &mut Conn,
    actor: &Actor,
    round: &Round,
    office: bool,
    now: Instant,
) -> Result<Vec<FailedLine>> {
    let stories = failed::stories(c, round.id)?;
    let next: Vec<RoundId> = stories
        .iter()
        .filter_map(|story| story.failed.next_round_id)
        .collect();
    let next: HashMap<RoundId, (String, bool)> = if next.is_empty() {
        HashMap::new()
    } else {
        store::find_all(c, next)?
            .into_iter()
            .map(|round| (round.id, (round.title, round.published_at.is_some())))
            .collect()
    };
    let own: HashSet<OrganizationId> = actor
        .own_organizations()
        .into_iter()
        .filter(|own| actor.holds_at(crate::who::Role::BranchSecretary, *own))
        .collect();
    let undecided = stories
        .iter()
        .filter(|story| office && story.failed.decision.is_none())
        .map(|story| story.topic.id)
        .collect();
    let mut leads = options(c, undecided)?;
    Ok(stories
        .into_iter()
        .map(|story| {
            let why = failed::why(&story.topic, story.failed.valid_bids);
            let leads = leads.remove(&story.topic.id).unwrap_or_default();
            let valid = i64::try_from(leads.len()).unwrap_or(0);
            FailedLine {
                topic_id: story.topic.id,
                title: story.topic.title,
                why,
                decision: story.failed.decision.map(FailedDecision::label),
                reason: story.failed.reason,
                decided_at: story.failed.decided_at,
                agreed: story.failed.agreed_at.is_some(),
                next: story.failed.next_round_id.and_then(|id| {
                    let (title, published) = next.get(&id)?;
                    Some(((office || *published).then_some(id), title.clone()))
                }),
                joint_refusal: may_decide(round.state_at(now), None, valid, FailedDecision::Joint)
                    .err(),
                leads,
                joint: story
                    .joint
                    .into_iter()
                    .map(|bid| AskedLine {
                        lead: story.failed.joint_lead_id == Some(bid.bid_id),
                        answer: bid.answer.map_or("还未答复", JointAnswer::label),
                        tone: match bid.answer {
                            Some(JointAnswer::Agreed) => "green",
                            Some(JointAnswer::Declined) => "",
                            None => "amber",
                        },
                        mine: bid.answer.is_none() && own.contains(&bid.organization_id),
                        bid_id: bid.bid_id,
                        organization: bid.organization,
                        title: bid.title.unwrap_or_default(),
                    })
                    .collect(),
            }
        })
        .collect())
}

/// The bids a joint project may be built on, as options by topic.
fn options(c: &mut Conn, topics: Vec<TopicId>) -> Result<HashMap<TopicId, Vec<Value>>> {
    let mut found: HashMap<TopicId, Vec<Value>> = HashMap::new();
    if topics.is_empty() {
        return Ok(found);
    }
    for (topic, id, organization, title) in bids::named_on_topics(c, topics)? {
        if let Some(topic) = topic {
            found.entry(topic).or_default().push(json!({
                "value": id, "label": format!("{organization}《{}》", title.unwrap_or_default()),
            }));
        }
    }
    Ok(found)
}
