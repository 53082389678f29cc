//! What a bid says, for people: names where the content has ids.

use serde::Serialize;

use super::BidContent;
use crate::clock;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::RoundId;
use crate::people;
use crate::rounds;

/// Content with names instead of ids, for reading.
#[derive(Debug, Serialize)]
pub struct ContentShown {
    pub topic: String,
    pub title: String,
    pub problem: String,
    pub targets: Vec<super::content::Target>,
    pub plan: Vec<PlanShown>,
    pub leader: String,
    pub members: Vec<String>,
    pub track_record: String,
    pub credit: String,
    pub capability: String,
    pub budget: Vec<super::content::BudgetLine>,
    pub budget_total: i64,
    pub outcomes: super::content::Outcomes,
    pub copied: bool,
}

#[derive(Debug, Serialize)]
pub struct PlanShown {
    pub step: &'static str,
    pub dates: String,
    pub work: String,
}

/// For `templates/bids/_content.html`, which the scoring page includes too.
pub fn content_shown(c: &mut Conn, round: RoundId, content: &BidContent) -> Result<ContentShown> {
    let team: Vec<_> = content
        .team
        .leader
        .into_iter()
        .chain(content.team.members.iter().copied())
        .collect();
    let names = people::user_names(c, &team)?;
    let name = |id: &crate::ids::UserId| names.get(id).cloned().unwrap_or_default();
    let topic = content
        .topic_id
        .and_then(|id| {
            rounds::topics(c, round)
                .ok()?
                .into_iter()
                .find(|topic| topic.id == id)
        })
        .map(|topic| topic.title)
        .unwrap_or_default();
    Ok(ContentShown {
        topic,
        title: content.title.clone(),
        problem: content.problem.clone(),
        targets: content.targets.clone(),
        plan: content
            .plan
            .iter()
            .filter(|step| !step.work.trim().is_empty() || step.starts_on.is_some())
            .map(|step| PlanShown {
                step: step.step.label(),
                dates: match (step.starts_on, step.ends_on) {
                    (Some(from), Some(to)) => {
                        format!("{}至{}", clock::show_date(from), clock::show_date(to))
                    }
                    (Some(day), None) | (None, Some(day)) => clock::show_date(day),
                    (None, None) => String::new(),
                },
                work: step.work.clone(),
            })
            .collect(),
        leader: content.team.leader.as_ref().map(name).unwrap_or_default(),
        members: content.team.members.iter().map(name).collect(),
        track_record: content.track_record.clone(),
        credit: content.credit.clone(),
        capability: content.capability.clone(),
        budget: content.budget.clone(),
        budget_total: content.budget_total(),
        outcomes: content.outcomes.clone(),
        copied: content.copied_from.is_some(),
    })
}
