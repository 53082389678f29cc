//! The lock: marks become the result, with its inputs and its rule.

mod keep;
mod ready;

pub use keep::{VOIDED, complete, file_of, small, store_result, text_of};
pub use ready::fault;

use std::collections::{HashMap, HashSet};

use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{TopicId, UserId};
use crate::numbers::result_file::{
    self, Bid, CriterionInfo, MarkInfo, Quorum, ResultFile, RoundInfo, RuleInfo, SheetInfo,
};
use crate::numbers::rules::Rule;
use crate::panel::actions::{assign, known};
use crate::panel::scene::Scene;
use crate::panel::{self, BidLine};
use crate::rounds::{self, Lane, Topic};
use crate::scoring::{self, ScoreSheet};
use crate::seats::Veil;
use crate::seats::actions::division;
use crate::seats::{self, PanelMember};
use crate::who::Actor;

/// Everything the result is computed from.
pub struct Facts {
    topics: Vec<Topic>,
    bids: Vec<BidLine>,
    members: Vec<PanelMember>,
    recusals: Vec<seats::Recusal>,
    /// Of these, what is known now and to be recorded with the lock.
    unrecorded: Vec<seats::Recusal>,
    /// Handed-in sheets that recusals set aside.
    set_aside: HashMap<(UserId, TopicId), u32>,
    lifted: Vec<seats::Recusal>,
    division: division::Division,
    /// Seats appointed to judge each bid: those it was divided among, else all.
    appointed: usize,
    /// Counted ones: submitted by seated reviewers who are not recused, on bids of topics that did not fail.
    sheets: Vec<ScoreSheet>,
}

impl Facts {
    pub fn load(c: &mut Conn, scene: &Scene, now: Instant) -> Result<Self> {
        let topics = rounds::topics(c, scene.round.id)?;
        let bids = panel::bid_lines(c, scene.round.id)?;
        let members = seats::panel(c, scene.evaluation.id)?;
        let seated: Vec<UserId> = members.iter().map(|member| member.user_id).collect();
        let unrecorded = known::unrecorded(c, scene, seated, now)?;
        let (mut recusals, lifted) = seats::all_recusals(c, scene.evaluation.id)?
            .into_iter()
            .partition::<Vec<_>, _>(|recusal| recusal.lifted_at.is_none());
        recusals.extend(unrecorded.iter().cloned());
        let division = division::load(c, scene.evaluation.id)?;
        let appointed = match &division {
            Some(_) => seats::mode(c, scene.evaluation.id)?
                .and_then(|mode| usize::try_from(mode.per_bid).ok())
                .unwrap_or(members.len()),
            None => members.len(),
        };
        let mut sheets = scoring::sheets_of_evaluation(c, scene.evaluation.id)?;
        let topic_of: HashMap<i64, TopicId> = bids
            .iter()
            .filter_map(|bid| Some((bid.id.0, bid.topic_id?)))
            .filter(|(_, topic)| topics.iter().any(|t| t.id == *topic && !t.failed))
            .collect();
        let seated: HashSet<UserId> = members.iter().map(|member| member.user_id).collect();
        let recused: HashSet<(UserId, TopicId)> = recusals
            .iter()
            .map(|recusal| (recusal.user_id, recusal.topic_id))
            .collect();
        let enters = |reviewer: UserId, subject: i64| {
            seated.contains(&reviewer)
                && topic_of
                    .get(&subject)
                    .is_some_and(|topic| !recused.contains(&(reviewer, *topic)))
        };
        let mut set_aside: HashMap<(UserId, TopicId), u32> = HashMap::new();
        for sheet in sheets.iter().filter(|sheet| sheet.counts()) {
            if let Some(topic) = topic_of.get(&sheet.subject_id)
                && recused.contains(&(sheet.reviewer_id, *topic))
            {
                *set_aside.entry((sheet.reviewer_id, *topic)).or_default() += 1;
            }
        }
        sheets.retain(|sheet| sheet.counts() && enters(sheet.reviewer_id, sheet.subject_id));
        Ok(Self {
            topics,
            bids,
            members,
            recusals,
            unrecorded,
            set_aside,
            lifted,
            division,
            appointed,
            sheets,
        })
    }

    /// How many of the counted sheets were entered from paper.
    pub fn on_paper(&self) -> usize {
        self.sheets.iter().filter(|sheet| sheet.on_paper).count()
    }

    /// What is known by now is recorded with the lock.
    pub fn record(&self, tx: &mut Tx, actor: &Actor, scene: &Scene) -> Result<()> {
        known::record(tx, actor, scene, &self.unrecorded)
    }

    fn standing(&self) -> impl Iterator<Item = &Topic> {
        self.topics.iter().filter(|topic| !topic.failed)
    }

    pub fn failed_bids(&self) -> Vec<(TopicId, i64)> {
        self.bids
            .iter()
            .filter_map(|bid| Some((bid.topic_id?, bid.id.0)))
            .filter(|(topic, _)| self.topics.iter().any(|t| t.id == *topic && t.failed))
            .collect()
    }

    pub fn file(&self, c: &mut Conn, scene: &Scene) -> Result<ResultFile> {
        let evaluation = &scene.evaluation;
        let criteria = seats::criteria(c, evaluation.id)?;
        let alias: HashMap<UserId, &str> = self
            .members
            .iter()
            .map(|member| (member.user_id, member.alias.as_str()))
            .collect();
        let alias_of = |user: UserId| alias.get(&user).copied().unwrap_or_default().to_owned();
        let standing: HashSet<TopicId> = self.standing().map(|topic| topic.id).collect();
        let mut sheets = Vec::with_capacity(self.sheets.len());
        for sheet in &self.sheets {
            let at = sheet.submitted_at.unwrap_or(sheet.updated_at);
            sheets.push(SheetInfo {
                id: sheet.id.0,
                alias: alias_of(sheet.reviewer_id),
                bid_id: sheet.subject_id,
                submitted_at: result_file::instant_text(at.micros()).unwrap_or_default(),
                marks: sheet
                    .marks()?
                    .into_iter()
                    .map(|given| MarkInfo {
                        criterion_id: given.criterion_id.0,
                        mark_hundredths: given.mark.unwrap_or(0),
                    })
                    .collect(),
                total_hundredths: sheet.total,
            });
        }
        let rule = Rule {
            aggregation: evaluation.aggregation,
            drop_highest: small(evaluation.drop_highest),
            drop_lowest: small(evaluation.drop_lowest),
            trim_from: small(evaluation.trim_from),
            threshold: evaluation.threshold.0,
            quorum_numerator: small(evaluation.quorum_numerator),
            quorum_denominator: small(evaluation.quorum_denominator),
            criteria: Vec::new(),
        };
        let file = ResultFile {
            format_version: result_file::FORMAT_VERSION,
            round: RoundInfo {
                id: scene.round.id.0,
                year: i32::try_from(scene.round.year).unwrap_or(0),
                title: scene.round.title.clone(),
            },
            rule: RuleInfo {
                quorum: Quorum {
                    numerator: rule.quorum_numerator,
                    denominator: rule.quorum_denominator,
                    appointed: Some(small(self.appointed)),
                },
                ..RuleInfo::of(&rule)
            },
            criteria: criteria
                .into_iter()
                .map(|criterion| CriterionInfo {
                    id: criterion.id.0,
                    name: criterion.name,
                    full_marks_hundredths: criterion.full_marks.0,
                })
                .collect(),
            topics: self
                .standing()
                .map(|topic| result_file::Topic {
                    id: topic.id.0,
                    title: topic.title.clone(),
                    quota: small(topic.quota),
                    lane: match topic.lane {
                        Lane::Commissioned => result_file::Lane::Commissioned,
                        Lane::SelfProposed => result_file::Lane::SelfProposed,
                    },
                })
                .collect(),
            bids: self
                .bids
                .iter()
                .filter_map(|bid| Some((bid, bid.topic_id?)))
                .filter(|(_, topic)| standing.contains(topic))
                .map(|(bid, topic)| Bid {
                    id: bid.id.0,
                    topic_id: topic.0,
                    title: bid.named.title(Veil::lifted()),
                    organization: bid.named.organization(Veil::lifted()),
                })
                .collect(),
            reviewers: self.members.iter().map(|m| m.alias.clone()).collect(),
            sheets,
            recusals: self
                .recusals
                .iter()
                .filter(|recusal| {
                    standing.contains(&recusal.topic_id) && alias.contains_key(&recusal.user_id)
                })
                .map(|recusal| result_file::Recusal {
                    alias: alias_of(recusal.user_id),
                    topic_id: recusal.topic_id.0,
                    reason: recusal.cause.label().to_owned(),
                    sheets_set_aside: self
                        .set_aside
                        .get(&(recusal.user_id, recusal.topic_id))
                        .copied()
                        .unwrap_or(0),
                })
                .collect(),
            lifted_recusals: self
                .lifted
                .iter()
                .filter(|recusal| {
                    standing.contains(&recusal.topic_id) && alias.contains_key(&recusal.user_id)
                })
                .map(|recusal| result_file::Recusal {
                    alias: alias_of(recusal.user_id),
                    topic_id: recusal.topic_id.0,
                    reason: recusal.cause.label().to_owned(),
                    sheets_set_aside: 0,
                })
                .collect(),
            assignments: assign::named(&self.division, &self.bids, &standing, &alias),
            tie_breaks: Vec::new(),
            lots: Vec::new(),
            ranking: Vec::new(),
            decision: None,
        };
        complete(file)
    }
}
