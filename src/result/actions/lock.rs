//! The lock: marks become the result, with its inputs and its rule.

mod keep;

pub use keep::{VOIDED, complete, file_of, small, store_result, text_of};

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::ids::{TopicId, UserId};
use crate::numbers::result_file::{
    self, Bid, CriterionInfo, MarkInfo, ResultFile, RoundInfo, RuleInfo, SheetInfo,
};
use crate::numbers::rules::{self, Rule};
use crate::panel::actions::assign;
use crate::panel::scene::Scene;
use crate::panel::{self, BidLine};
use crate::rounds::{self, Lane, Topic};
use crate::scoring::actions::reopen;
use crate::scoring::{self, ScoreSheet, VersionKind};
use crate::seats::actions::division;
use crate::seats::{self, Evaluation, PanelMember};

/// Everything the result is computed from.
pub struct Facts {
    topics: Vec<Topic>,
    bids: Vec<BidLine>,
    members: Vec<PanelMember>,
    recusals: Vec<seats::Recusal>,
    lifted: Vec<seats::Recusal>,
    division: division::Division,
    /// Counted ones: submitted by seated reviewers who are not recused, on bids of topics that did not fail.
    sheets: Vec<ScoreSheet>,
    /// Whose sheets would count, had they not been sent back or disputed.
    sent_back: Vec<(UserId, VersionKind)>,
}

impl Facts {
    pub fn load(c: &mut Conn, scene: &Scene) -> Result<Self> {
        let topics = rounds::topics(c, scene.round.id)?;
        let bids = panel::bid_lines(c, scene.round.id)?;
        let members = seats::panel(c, scene.evaluation.id)?;
        let (recusals, lifted) = seats::all_recusals(c, scene.evaluation.id)?
            .into_iter()
            .partition::<Vec<_>, _>(|recusal| recusal.lifted_at.is_none());
        let division = division::load(c, scene.evaluation.id)?;
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
        sheets.retain(|sheet| sheet.counts() && enters(sheet.reviewer_id, sheet.subject_id));
        let sent_back = scoring::sent_back(c, scene.evaluation.id)?
            .into_iter()
            .filter(|(reviewer, subject, _)| enters(*reviewer, *subject))
            .map(|(reviewer, _, kind)| (reviewer, kind))
            .collect();
        Ok(Self {
            topics,
            bids,
            members,
            recusals,
            lifted,
            division,
            sheets,
            sent_back,
        })
    }

    /// How many of the counted sheets were entered from paper.
    pub fn on_paper(&self, c: &mut Conn, evaluation: &Evaluation) -> Result<usize> {
        let papers: HashSet<_> = scoring::sheets_on_paper(c, evaluation.id)?
            .into_iter()
            .collect();
        let counted = self.sheets.iter();
        Ok(counted.filter(|sheet| papers.contains(&sheet.id)).count())
    }

    fn standing(&self) -> impl Iterator<Item = &Topic> {
        self.topics.iter().filter(|topic| !topic.failed)
    }

    fn eligible(&self, topic: TopicId) -> Vec<&PanelMember> {
        self.members
            .iter()
            .filter(|member| {
                !self
                    .recusals
                    .iter()
                    .any(|r| r.topic_id == topic && r.user_id == member.user_id)
            })
            .collect()
    }

    pub fn failed_bids(&self) -> Vec<(TopicId, i64)> {
        self.bids
            .iter()
            .filter_map(|bid| Some((bid.topic_id?, bid.id.0)))
            .filter(|(topic, _)| self.topics.iter().any(|t| t.id == *topic && t.failed))
            .collect()
    }

    pub fn fault(&self, c: &mut Conn, evaluation: &Evaluation) -> Result<Option<Refusal>> {
        if let Some(refusal) = reopen::waiting(c, &self.sent_back)? {
            return Ok(Some(refusal));
        }
        let by: HashSet<(i64, UserId)> = self
            .sheets
            .iter()
            .map(|sheet| (sheet.subject_id, sheet.reviewer_id))
            .collect();
        let mut short = 0usize;
        let mut missing: BTreeMap<UserId, usize> = BTreeMap::new();
        for topic in self.standing() {
            let eligible = self.eligible(topic.id);
            for bid in self.bids.iter().filter(|b| b.topic_id == Some(topic.id)) {
                let eligible: Vec<UserId> = eligible
                    .iter()
                    .map(|member| member.user_id)
                    .filter(|user| division::marks(&self.division, bid.id, *user))
                    .collect();
                let lacking: Vec<UserId> = eligible
                    .iter()
                    .copied()
                    .filter(|user| !by.contains(&(bid.id.0, *user)))
                    .collect();
                let valid = eligible.len().saturating_sub(lacking.len());
                if !rules::quorum_met(
                    small(valid),
                    small(eligible.len()),
                    small(evaluation.quorum_numerator),
                    small(evaluation.quorum_denominator),
                ) {
                    short += 1;
                    for user in lacking {
                        *missing.entry(user).or_default() += 1;
                    }
                }
            }
        }
        if short == 0 {
            return Ok(None);
        }
        let people = seats::people_by_id(c, missing.keys().copied().collect())?;
        let names: Vec<String> = missing
            .iter()
            .map(|(user, count)| {
                let name = people.get(user).map_or("", |person| person.name.as_str());
                format!("{name}（{count} 份）")
            })
            .collect();
        Ok(Some(
            Refusal::new(
                "below_quorum",
                format!(
                    "有 {short} 份申报书的评分人数不足法定的 {}/{}，还不能锁定。",
                    evaluation.quorum_numerator, evaluation.quorum_denominator
                ),
            )
            .remedy(format!("请催促评分：{}。", names.join("、"))),
        ))
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
            rule: RuleInfo::of(&rule),
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
                    title: bid.title.clone().unwrap_or_default(),
                    organization: bid.organization.clone(),
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
