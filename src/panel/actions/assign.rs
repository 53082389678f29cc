//! Who marks what: everybody everything, or each bid by so many.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::audit::{self, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::{BidId, TopicId, UserId};
use crate::numbers::result_file::Assignment;
use crate::panel::rules::assign::{self, Problem};
use crate::panel::scene::{Scene, event};
use crate::panel::store::{self, BidLine};
use crate::rounds;
use crate::seats::actions::division::Division;
use crate::seats::{self, Veil};
use crate::who::Actor;

/// The bids that are marked, the panel, and who is recused from what.
pub struct Facts {
    pub bids: Vec<BidLine>,
    pairs: Vec<(i64, i64)>,
    reviewers: Vec<i64>,
    recused: HashSet<(i64, i64)>,
}

impl Facts {
    pub fn load(c: &mut Conn, scene: &Scene) -> Result<Self> {
        let failed: HashSet<TopicId> = rounds::topics(c, scene.round.id)?
            .into_iter()
            .filter(|topic| topic.failed)
            .map(|topic| topic.id)
            .collect();
        let mut bids = store::bid_lines(c, scene.round.id)?;
        bids.retain(|bid| bid.topic_id.is_some_and(|topic| !failed.contains(&topic)));
        Ok(Self {
            pairs: bids
                .iter()
                .filter_map(|bid| Some((bid.id.0, bid.topic_id?.0)))
                .collect(),
            reviewers: seats::panel(c, scene.evaluation.id)?
                .iter()
                .map(|member| member.user_id.0)
                .collect(),
            recused: seats::recusals(c, scene.evaluation.id)?
                .iter()
                .map(|recusal| (recusal.user_id.0, recusal.topic_id.0))
                .collect(),
            bids,
        })
    }

    pub fn problem<'a>(
        &'a self,
        per_bid: i64,
        kept: &'a [(i64, i64)],
        seed: &'a str,
    ) -> Problem<'a> {
        Problem {
            bids: &self.pairs,
            reviewers: &self.reviewers,
            per_bid: usize::try_from(per_bid).unwrap_or(0),
            recused: &self.recused,
            kept,
            seed,
        }
    }

    /// Each bid's topic.
    fn topics(&self) -> HashMap<i64, i64> {
        self.pairs.iter().copied().collect()
    }

    pub fn title(&self, id: BidId, veil: &Veil) -> String {
        let bid = self.bids.iter().find(|bid| bid.id == id);
        bid.map(|bid| bid.named.title(veil)).unwrap_or_default()
    }
}

/// Assigns when scoring starts, after the recusals were found. Refused if a bid lacks reviewers, naming which.
pub fn start(tx: &mut Tx, actor: &Actor, scene: &Scene) -> Result<()> {
    let Some(mode) = seats::mode(tx, scene.evaluation.id)? else {
        return Ok(());
    };
    let facts = Facts::load(tx, scene)?;
    let veil = Veil::of(tx, actor, scene.round.id)?;
    let now = tx.now();
    let head = audit::committee_head(tx, scene.round.committee_id)?;
    let seed =
        audit::sha256_hex(format!("biaogan-assign-1\n{head}\n{}", scene.round.id).as_bytes());
    let pairs = assign::assign(facts.problem(mode.per_bid, &[], &seed)).map_err(|short| {
        let lacking: Vec<String> = short
            .iter()
            .take(5)
            .map(|one| {
                let title = facts.title(BidId(one.bid), &veil);
                format!("《{title}》可评 {} 名", one.eligible)
            })
            .collect();
        Refusal::new(
            "assignment_infeasible",
            format!(
                "有 {} 份申报可评的委员不足 {} 名：{}{}。",
                short.len(),
                mode.per_bid,
                lacking.join("、"),
                if short.len() > lacking.len() {
                    "等"
                } else {
                    ""
                },
            ),
        )
        .remedy("请党建部替换须回避的委员、增加委员，或减少每份申报的评审人数。")
    })?;
    let topics = facts.topics();
    for pair in &pairs {
        put(tx, scene, &topics, *pair)?;
    }
    let digest = digest(&pairs)?;
    seats::mark_assigned(tx, mode.id, &seed, &digest, now)?;
    audit::record(
        tx,
        actor,
        event(scene, Verb::BidsAssigned).detail(json!({
            "reviewers_per_bid": mode.per_bid,
            "pairs": pairs.len(),
            "audit_head": head,
            "seed": seed,
            "digest": digest,
        })),
    )
}

fn put(
    tx: &mut Tx,
    scene: &Scene,
    topics: &HashMap<i64, i64>,
    (bid, user): (i64, i64),
) -> Result<()> {
    let Some(topic) = topics.get(&bid) else {
        return Ok(());
    };
    let (bid, now) = ((BidId(bid), TopicId(*topic)), tx.now());
    seats::insert_assignment(tx, scene.evaluation.id, bid, UserId(user), now)
}

/// SHA-256 over the pairs, ascending.
fn digest(pairs: &[(i64, i64)]) -> Result<String> {
    Ok(audit::sha256_hex(&serde_json::to_vec(pairs)?))
}

/// After a recusal or a replacement during scoring: bids that lost a reviewer get another, if there is one; who has a
/// bid keeps it.
pub fn refill(tx: &mut Tx, actor: &Actor, scene: &Scene) -> Result<()> {
    let Some(mode) = seats::mode(tx, scene.evaluation.id)? else {
        return Ok(());
    };
    let Some(seed) = mode.seed.clone() else {
        return Ok(());
    };
    let facts = Facts::load(tx, scene)?;
    let topic = facts.topics();
    let mut kept = Vec::new();
    let mut lost = 0usize;
    for (bid, user) in seats::assignments(tx, scene.evaluation.id)? {
        let stays = topic.get(&bid.0).is_some_and(|topic| {
            facts.reviewers.contains(&user.0) && !facts.recused.contains(&(user.0, *topic))
        });
        if stays {
            kept.push((bid.0, user.0));
        } else {
            seats::remove_assignment(tx, scene.evaluation.id, bid, user)?;
            lost += 1;
        }
    }
    let pairs = assign::fill(facts.problem(mode.per_bid, &kept, &seed));
    let known: HashSet<(i64, i64)> = kept.into_iter().collect();
    let mut added = Vec::new();
    for pair in pairs {
        if !known.contains(&pair) {
            put(tx, scene, &topic, pair)?;
            added.push(pair);
        }
    }
    if lost == 0 && added.is_empty() {
        return Ok(());
    }
    audit::record(
        tx,
        actor,
        event(scene, Verb::BidsAssigned).detail(json!({ "lost": lost, "added": added })),
    )
}

/// The same under aliases, for the result's file: bids of these topics.
pub fn named(
    division: &Division,
    bids: &[BidLine],
    topics: &HashSet<TopicId>,
    alias: &HashMap<UserId, &str>,
) -> Vec<Assignment> {
    let Some(division) = division else {
        return Vec::new();
    };
    bids.iter()
        .filter(|bid| bid.topic_id.is_some_and(|topic| topics.contains(&topic)))
        .map(|bid| {
            let mut reviewers: Vec<String> = division
                .get(&bid.id)
                .into_iter()
                .flatten()
                .filter_map(|user| alias.get(user).map(|alias| (*alias).to_owned()))
                .collect();
            reviewers.sort();
            Assignment {
                bid_id: bid.id.0,
                reviewers,
            }
        })
        .collect()
}
