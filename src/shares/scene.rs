//! A topic that several may win together, as those over its round know of it.

use super::rules;
use super::store::{self, Share, Shares};
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::TopicId;
use crate::people;
use crate::rounds::{self, Round, Topic};
use crate::verbs::Scene;
use crate::who::policy::OVERSEERS;
use crate::who::{Actor, policy};

pub struct SharesScene {
    pub round: Round,
    pub topic: Topic,
    pub committee_path: String,
    /// As it stands, or stood.
    pub proposal: Option<(Shares, Vec<Share>)>,
}

impl SharesScene {
    /// What the topic has for all its winners, if that is limited: 分.
    pub fn money(&self) -> Option<i64> {
        let ceiling = self.topic.budget_ceiling?;
        Some(ceiling.saturating_mul(self.topic.quota))
    }

    /// Between the opening and the decision, and not once adopted.
    pub fn open(&self, now: Instant) -> Result<()> {
        rules::in_time(self.round.state_at(now))?;
        if rules::may_replace(self.proposal.as_ref().map(|(proposal, _)| proposal.state)) {
            return Ok(());
        }
        Err(Refusal::new("split_adopted", "合力推进已经党委采用，不能再改。").into())
    }
}

/// Office, secretary and supervisor read proposals.
pub fn overseen(c: &mut Conn, actor: &Actor, round: &Round) -> Result<String> {
    let path = people::organization(c, round.committee_id)?.path;
    if actor.holds_any(OVERSEERS, &path) {
        return Ok(path);
    }
    Err(Error::Forbidden(
        Refusal::new(
            "split_readers",
            "合力推进的提议供党建部、党委书记和督导员查看。",
        )
        .remedy("党委决定以后，结果随中标公示公布。"),
    ))
}

impl Scene for SharesScene {
    type Id = TopicId;

    fn turn(tx: &mut Tx, id: &TopicId) -> Result<()> {
        let round = rounds::topic(tx, *id)?.round_id;
        rounds::turn(tx, round).map(|_| ())
    }

    fn load(c: &mut Conn, actor: &Actor, id: &TopicId) -> Result<Self> {
        policy::business_person(actor)?;
        let topic = rounds::topic(c, *id)?;
        let round = rounds::visible(c, actor, topic.round_id)?;
        Ok(Self {
            committee_path: overseen(c, actor, &round)?,
            proposal: match store::find(c, *id)? {
                Some(proposal) => Some((proposal, store::shares(c, vec![*id])?)),
                None => None,
            },
            round,
            topic,
        })
    }

    fn version(&self) -> i64 {
        self.proposal
            .as_ref()
            .map_or(0, |(proposal, _)| proposal.version)
    }
}
