//! How failed topics are shown.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::bids;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::failed::rules::{FailedDecision, may_decide};
use crate::failed::{self, FailedTopic, JointBid};
use crate::ids::{RoundId, TopicId};
use crate::rounds::{self, Round, RoundState};
use crate::who::{Actor, Role};

/// Why a topic failed and what was decided on it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FailureShown {
    #[serde(flatten)]
    pub failed: FailedTopic,
    pub joint: Vec<JointBid>,
}

/// Failures of a round by topic.
pub fn failures(c: &mut Conn, round: RoundId) -> Result<HashMap<TopicId, FailureShown>> {
    let stories = failed::stories(c, round)?.into_iter();
    Ok(stories
        .map(|story| {
            let (failed, joint) = (story.failed, story.joint);
            (story.topic.id, FailureShown { failed, joint })
        })
        .collect())
}

#[derive(Debug, Serialize)]
pub struct AskedLine {
    #[serde(flatten)]
    pub bid: JointBid,
    pub title: String,
    /// It is this person's to answer.
    pub mine: bool,
}

/// A failed topic on the round's page.
#[derive(Debug, Serialize)]
pub struct FailedLine {
    pub topic_id: TopicId,
    pub title: String,
    pub why: String,
    #[serde(flatten)]
    pub failed: FailedTopic,
    pub joint: Vec<AskedLine>,
    /// The supplementary round's title, with its id where this person may see it.
    pub next: Option<(Option<RoundId>, String)>,
    /// Why a joint project is out of the question, if it is.
    pub joint_refusal: Option<Refusal>,
    pub leads: Vec<Value>,
    /// The joint project waits for this person's decision.
    pub to_award: bool,
}

/// The failed topics as this person sees them.
pub fn lines(
    c: &mut Conn,
    actor: &Actor,
    round: &Round,
    (office, secretary): (bool, bool),
    now: Instant,
) -> Result<Vec<FailedLine>> {
    let stories = failed::stories(c, round.id)?;
    if stories.is_empty() {
        return Ok(Vec::new());
    }
    let next = stories
        .iter()
        .filter_map(|story| story.failed.next_round_id);
    let next = rounds::find_all(c, next.collect())?;
    let undecided = stories
        .iter()
        .filter(|story| office && story.failed.decision.is_none())
        .map(|story| story.topic.id)
        .collect();
    let mut leads = options(c, undecided)?;
    let bidders = bids::bidders_per_topic(c, round.id)?;
    let asked = |bid: JointBid| AskedLine {
        mine: bid.answer.is_none() && actor.holds_at(Role::BranchSecretary, bid.organization_id),
        title: bid.title.clone().unwrap_or_default(),
        bid,
    };
    Ok(stories
        .into_iter()
        .map(|story| {
            let leads = leads.remove(&story.topic.id).unwrap_or_default();
            let bidders = bidders.get(&story.topic.id).copied().unwrap_or(0);
            let state = round.state_at(now);
            let next = next
                .iter()
                .find(|next| Some(next.id) == story.failed.next_round_id);
            FailedLine {
                topic_id: story.topic.id,
                why: failed::why(&story.topic, story.failed.valid_bids),
                title: story.topic.title,
                next: next.map(|next| {
                    let seen = office || next.published_at.is_some();
                    (seen.then_some(next.id), next.title.clone())
                }),
                joint_refusal: may_decide(state, None, bidders, FailedDecision::Joint).err(),
                leads,
                to_award: secretary
                    && state != RoundState::Concluded
                    && story.failed.agreed_at.is_some()
                    && story.failed.awarded_at.is_none(),
                joint: story.joint.into_iter().map(asked).collect(),
                failed: story.failed,
            }
        })
        .collect())
}

/// The bids a joint project may be built on, as options by topic.
fn options(c: &mut Conn, topics: Vec<TopicId>) -> Result<HashMap<TopicId, Vec<Value>>> {
    let mut found: HashMap<TopicId, Vec<Value>> = HashMap::new();
    for (topic, id, organization, title) in bids::named_on_topics(c, topics)? {
        if let Some(topic) = topic {
            found.entry(topic).or_default().push(json!({
                "value": id, "label": format!("{organization}《{}》", title.unwrap_or_default()),
            }));
        }
    }
    Ok(found)
}
