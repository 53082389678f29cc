//! The search: signatures of what is opened, candidates, exact measures.
//!
//! What takes time is done on readers, a bounded step at a time: [`Job`]. Signatures are written in small commands as
//! they are made; the last command only writes what was found, if the bids are still those.

use std::collections::{HashSet, VecDeque};

use serde_json::json;

use super::compare::{Compared, Comparison, Found, Source, changed};
use super::sign::{PART, Signed, Signer, digest, grams_of, segments_of};
use crate::audit::{self, Chain, Event, Verb};
use crate::bids;
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::{BidId, RoundId, SimilarPairId};
use crate::people;
use crate::rounds::{self, Round, RoundState};
use crate::similar::PairDecision;
use crate::similar::rules;
use crate::similar::rules::tally::Tally;
use crate::similar::store::{self, Pair, Search};
use crate::who::{Actor, policy};

/// Bids read at a step of the second reading.
const TEXTS: usize = 4 * PART;

/// A round's bids are compared once they are opened.
pub fn may_search(round: &Round) -> Result<(), Refusal> {
    if round.opened_at.is_none() {
        return Err(
            Refusal::new("not_opened", "还没有开标，申报书尚未启封，不能比对。")
                .remedy("开标以后再查找相似申报。"),
        );
    }
    if round.state == RoundState::Cancelled {
        return Err(Refusal::new(
            "wrong_state",
            "批次已取消，不再查找相似申报。",
        ));
    }
    Ok(())
}

/// The grams of the round's own papers.
fn papers(c: &mut Conn, round: &Round) -> Result<Vec<u64>> {
    let topics = rounds::topics(c, round.id)?;
    let texts = topics
        .iter()
        .flat_map(|topic| [topic.title.as_str(), topic.requirements.as_str()]);
    Ok(rules::grams(texts.chain([round.guide.as_str()])))
}

/// What a search came to, not yet written.
pub struct Computed {
    round: RoundId,
    compared: Compared,
}

impl Computed {
    /// The pairs that count, most alike first.
    pub fn pairs(&self) -> Vec<(BidId, BidId)> {
        let found = self.compared.found.iter();
        found.map(|one| (one.bid.0, one.other)).collect()
    }
}

/// A search on its way.
pub struct Job {
    round: Round,
    own: Vec<BidId>,
    /// What is still to be signed, the round itself first.
    signers: VecDeque<Signer>,
    sources: Vec<Source>,
    tally: Option<Tally>,
    /// How many trigrams count of each own bid, at least.
    sizes: Vec<u32>,
    comparison: Option<Comparison>,
}

/// What came of a step.
pub enum Step {
    Read,
    /// To be written before the next step.
    Keep(Signed),
    Done(Box<Computed>),
}

/// The round, if this person may search it.
pub fn searchable(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<Round> {
    let round = rounds::visible(c, actor, id)?;
    let path = people::organization(c, round.committee_id)?.path;
    policy::may_run(actor, &path)?;
    may_search(&round)?;
    Ok(round)
}

/// Begins to compare the round's opened bids with each other and with earlier rounds'. Earlier rounds whose opened bids
/// have signatures are not read again.
pub fn begin(c: &mut Conn, actor: &Actor, id: RoundId, now: Instant) -> Result<Job> {
    let round = searchable(c, actor, id)?;
    let own = bids::opened_ids(c, round.id)?;
    let committee = round.committee_id;
    let mut signers = VecDeque::from([Signer::new(round.id, committee, own.clone(), now)]);
    let mut sources = Vec::new();
    let known = store::signings(c, committee)?;
    let before = match round.opened_at {
        Some(opened) => rounds::opened_before(c, committee, opened)?,
        None => Vec::new(),
    };
    for before in before.iter().filter(|before| before.id != round.id) {
        let ids = bids::opened_ids(c, before.id)?;
        let digest = digest(&ids);
        let signed = known
            .iter()
            .find(|signing| signing.round_id == before.id && signing.digest == digest);
        match signed {
            Some(signing) => sources.push(Source::from(signing)),
            None => signers.push_back(Signer::new(before.id, committee, ids, now)),
        }
    }
    Ok(Job {
        tally: Some(Tally::new(own.len())),
        sizes: Vec::with_capacity(own.len()),
        round,
        own,
        signers,
        sources,
        comparison: None,
    })
}

impl Job {
    /// What the next step does, for those who measure.
    pub fn phase(&self) -> &'static str {
        match &self.comparison {
            Some(comparison) if comparison.measures() => "measure",
            Some(_) => "compare",
            None if self.sizes.len() < self.own.len() && self.signed_itself() => "count",
            None if self.signed_itself() => "sign earlier",
            None => "sign",
        }
    }

    fn signed_itself(&self) -> bool {
        self.signers
            .front()
            .is_none_or(|signer| signer.round() != self.round.id)
    }

    /// Goes on with a bounded part of the work: some thousand bids.
    pub fn step(&mut self, c: &mut Conn) -> Result<Step> {
        if let Some(comparison) = &mut self.comparison {
            if !comparison.step(c)? {
                return Ok(Step::Read);
            }
            let compared = self.comparison.take().ok_or_else(changed)?.into_compared();
            return Ok(Step::Done(Box::new(Computed {
                round: self.round.id,
                compared,
            })));
        }
        if self.signed_itself() && self.sizes.len() < self.own.len() {
            return self.count(c);
        }
        match self.signers.front_mut() {
            Some(signer) => {
                let mut tally = self
                    .tally
                    .as_mut()
                    .filter(|_| signer.round() == self.round.id);
                let (signed, done) = signer.step(c, |grams| {
                    if let Some(tally) = &mut tally {
                        tally.first(grams);
                    }
                })?;
                if let Some(signing) = done {
                    if signer.round() == self.round.id {
                        self.sources.insert(0, Source::from(&signing));
                    } else {
                        self.sources.push(Source::from(&signing));
                    }
                    self.signers.pop_front();
                }
                Ok(Step::Keep(signed))
            }
            None => {
                let excluded = match self.tally.take() {
                    Some(tally) => tally.shared(),
                    None => HashSet::new(),
                };
                self.comparison = Some(Comparison::new(
                    std::mem::take(&mut self.sources),
                    excluded,
                    std::mem::take(&mut self.own),
                    std::mem::take(&mut self.sizes),
                ));
                Ok(Step::Read)
            }
        }
    }

    /// The second reading of the round's own bids.
    fn count(&mut self, c: &mut Conn) -> Result<Step> {
        let tally = self.tally.as_mut().ok_or_else(changed)?;
        if self.sizes.is_empty() {
            tally.ignore(&papers(c, &self.round)?);
        }
        let rest = self.own.get(self.sizes.len()..).unwrap_or_default();
        for ids in rest.chunks(PART).take(TEXTS / PART) {
            let told = bids::told(c, ids)?;
            if told.len() != ids.len() {
                return Err(changed());
            }
            for (_, _, content) in told {
                let grams = grams_of(&segments_of(content.as_ref()));
                self.sizes.push(tally.second(&grams));
            }
        }
        Ok(Step::Read)
    }
}

/// Writes what was found. What was found before stays, with what was decided on it.
pub fn search(tx: &mut Tx, actor: &Actor, id: RoundId, computed: &Computed) -> Result<Search> {
    searchable(tx, actor, id)?;
    let round = rounds::turn(tx, id)?;
    may_search(&round)?;
    let now = tx.now();
    let compared = &computed.compared;
    if computed.round != round.id || bids::opened_ids(tx, round.id)? != compared.own {
        return Err(changed());
    }
    let known = store::known(tx, round.id)?;
    let pairs: HashSet<(BidId, BidId)> = known.iter().map(|(a, b, _)| (*a, *b)).collect();
    let last = known.last().map_or(0, |(_, _, position)| *position);
    let found: Vec<&Found> = compared
        .found
        .iter()
        .filter(|one| !pairs.contains(&(one.bid.0, one.other)))
        .collect();
    for (position, one) in (last + 1..).zip(&found) {
        store::insert_pair(
            tx,
            &Pair {
                id: SimilarPairId::fresh(now),
                round_id: round.id,
                position,
                kind: one.kind,
                bid_id: one.bid.0,
                other_id: one.other,
                topic_id: one.bid.1,
                other_topic_id: one.other_topic,
                jaccard: one.measure.jaccard,
                contained: one.measure.contained,
                decision: PairDecision::Pending,
                reason: String::new(),
                decided_by: None,
                decided_at: None,
                version: 1,
                found_at: now,
            },
        )?;
    }
    let mut common: Vec<u64> = compared.excluded.iter().copied().collect();
    common.sort_unstable();
    let done = Search {
        round_id: round.id,
        bids: i64::try_from(compared.own.len()).unwrap_or(i64::MAX),
        earlier: compared.earlier,
        pairs: i64::try_from(known.len() + found.len()).unwrap_or(i64::MAX),
        common: common.iter().flat_map(|gram| gram.to_le_bytes()).collect(),
        searched_by: actor.person()?.user_id,
        searched_at: now,
    };
    store::put_search(tx, &done)?;
    audit::record(
        tx,
        actor,
        Event::new(
            Verb::SimilarSearched,
            Chain::Committee(round.committee_id),
            "round",
            round.id.0,
        )
        .round(round.id)
        .version(round.version)
        .detail(json!({ "bids": done.bids, "earlier": done.earlier, "new_pairs": found.len() })),
    )?;
    Ok(done)
}
