//! How a bid's state and what it says are shown to people: names where the content has ids.

use std::collections::BTreeMap;

use serde::Serialize;

use super::content::StepKind;
use super::{Bid, BidContent, BidState};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::UserId;
use crate::people;
use crate::rounds;

impl BidState {
    /// The colour of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Submitted | Self::Opened => "green",
            Self::Draft | Self::Withdrawn => "",
            Self::Void => "red",
            Self::Merged => "amber",
        }
    }
}

/// Content with what its ids stand for.
#[derive(Debug, Serialize)]
pub struct ContentShown {
    #[serde(flatten)]
    pub content: BidContent,
    pub topic: String,
    pub leader: String,
    pub members: Vec<String>,
    pub budget_total: i64,
    /// What the steps are called.
    pub steps: BTreeMap<&'static str, &'static str>,
}

/// For `templates/bids/_content.html`, which the scoring page includes too. People are called what they were called when
/// the bid was submitted.
pub fn content_shown(c: &mut Conn, bid: &Bid, content: &BidContent) -> Result<ContentShown> {
    let mut content = content.clone();
    content
        .plan
        .retain(|step| !step.work.trim().is_empty() || step.starts_on.is_some());
    let team = &content.team;
    let named: Vec<_> = team.leader.iter().chain(&team.members).copied().collect();
    let names = people::names_by_day(c, &named)?;
    let name = |id: &UserId| names.on(*id, bid.submitted_at).to_owned();
    let topic = match content.topic_id {
        Some(id) => rounds::topics(c, bid.round_id)?
            .into_iter()
            .find(|topic| topic.id == id),
        None => None,
    };
    Ok(ContentShown {
        topic: topic.map(|topic| topic.title).unwrap_or_default(),
        leader: team.leader.as_ref().map(name).unwrap_or_default(),
        members: team.members.iter().map(name).collect(),
        budget_total: content.budget_total(),
        steps: StepKind::labels(),
        content,
    })
}
