//! Who marks which bid in a large round: each bid by `per_bid` reviewers, loads as even as recusals allow, each topic
//! spread over the reviewers. Pure, and the same for the same seed whatever the order of its inputs.
//!
//! A minimum-cost flow from bids over (reviewer, topic) and reviewers to the sink. The `n`-th bid of a reviewer costs
//! `LOAD · (2n − 1)`, the `n`-th of a topic `TOPIC · (2n − 1)`: convex, so that the least cost is the most even
//! distribution of loads (differing by at most one where nobody is recused), and among those the most even one within
//! topics. A small cost by seed decides the rest. Bids come one after the other, each along a shortest path of the
//! residual network; what lies between two reviewers of a topic is kept as the cheapest bid to hand over.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use sha2::{Digest, Sha256};

/// Outweighs all topics together.
const LOAD: i64 = 1 << 40;

/// Outweighs all seeds together.
const TOPIC: i64 = 1 << 18;

/// Who could mark what.
#[derive(Debug, Clone, Copy)]
pub struct Problem<'a> {
    /// Bids with their topics.
    pub bids: &'a [(i64, i64)],
    pub reviewers: &'a [i64],
    pub per_bid: usize,
    /// Reviewers recused from topics.
    pub recused: &'a HashSet<(i64, i64)>,
    /// Bids with reviewers who keep them, whatever comes.
    pub kept: &'a [(i64, i64)],
    pub seed: &'a str,
}

/// A bid that too few may mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    pub bid: i64,
    pub eligible: usize,
}

/// Bids with their reviewers, ascending; or every bid that lacks reviewers.
pub fn assign(problem: Problem) -> Result<Vec<(i64, i64)>, Vec<Shortage>> {
    let short = shortages(problem);
    if short.is_empty() {
        Ok(fill(problem))
    } else {
        Err(short)
    }
}

/// Bids that fewer than `per_bid` may mark, ascending.
pub fn shortages(problem: Problem) -> Vec<Shortage> {
    let mut short: Vec<Shortage> = problem
        .bids
        .iter()
        .filter_map(|(bid, topic)| {
            let eligible = problem
                .reviewers
                .iter()
                .filter(|reviewer| !problem.recused.contains(&(**reviewer, *topic)))
                .count();
            (eligible < problem.per_bid).then_some(Shortage {
                bid: *bid,
                eligible,
            })
        })
        .collect();
    short.sort_by_key(|one| one.bid);
    short
}

/// The same with as many reviewers as there are where too few may mark.
pub fn fill(problem: Problem) -> Vec<(i64, i64)> {
    Network::new(problem).run()
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Where a shortest path came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum From {
    Nowhere,
    /// The bid that is being placed.
    Bid,
    /// Another node, handing over this bid if it is a reviewer's of the same topic.
    Node(usize, Option<usize>),
}

struct Network {
    /// Ids, in the order of their keys under the seed.
    bids: Vec<(i64, usize)>,
    reviewers: Vec<i64>,
    topics: usize,
    per_bid: usize,
    /// `reviewer · topics + topic`.
    eligible: Vec<bool>,
    /// `bid · reviewers + reviewer`.
    cost: Vec<i64>,
    assigned: Vec<bool>,
    kept: Vec<bool>,
    load: Vec<i64>,
    topic_load: Vec<i64>,
    /// `(topic · reviewers + from) · reviewers + to`: bids that could be handed over, the cheapest first.
    exchange: Vec<BTreeSet<(i64, usize)>>,
}

#[expect(
    clippy::indexing_slicing,
    reason = "indices are made here, from the lengths of the same vectors"
)]
impl Network {
    fn new(problem: Problem) -> Self {
        let keyed = |ids: Vec<i64>| -> Vec<i64> {
            let mut keyed: Vec<([u8; 32], i64)> = ids
                .into_iter()
                .map(|id| (digest(&format!("{}\n{id}", problem.seed)), id))
                .collect();
            keyed.sort_unstable();
            keyed.dedup();
            keyed.into_iter().map(|(_, id)| id).collect()
        };
        let topic_of: HashMap<i64, i64> = problem.bids.iter().copied().collect();
        let mut topic_ids: Vec<i64> = topic_of.values().copied().collect();
        topic_ids.sort_unstable();
        topic_ids.dedup();
        let reviewers = keyed(problem.reviewers.to_vec());
        let bids: Vec<(i64, usize)> = keyed(topic_of.keys().copied().collect())
            .into_iter()
            .map(|bid| {
                let topic = topic_of
                    .get(&bid)
                    .and_then(|topic| topic_ids.binary_search(topic).ok())
                    .unwrap_or(0);
                (bid, topic)
            })
            .collect();
        let (r, t) = (reviewers.len(), topic_ids.len());
        let mut eligible = vec![false; r * t];
        for (n, reviewer) in reviewers.iter().enumerate() {
            for (m, topic) in topic_ids.iter().enumerate() {
                eligible[n * t + m] = !problem.recused.contains(&(*reviewer, *topic));
            }
        }
        let cost = bids
            .iter()
            .flat_map(|(bid, _)| {
                reviewers.iter().map(move |reviewer| {
                    let text = format!("{}\n{bid}\n{reviewer}", problem.seed);
                    i64::from(digest(&text)[0])
                })
            })
            .collect();
        let mut network = Self {
            topics: t,
            per_bid: problem.per_bid,
            eligible,
            cost,
            assigned: vec![false; bids.len() * r],
            kept: vec![false; bids.len() * r],
            load: vec![0; r],
            topic_load: vec![0; r * t],
            exchange: vec![BTreeSet::new(); t * r * r],
            bids,
            reviewers,
        };
        for (bid, reviewer) in problem.kept {
            let bid = network.bids.iter().position(|(id, _)| id == bid);
            let reviewer = network.reviewers.iter().position(|id| id == reviewer);
            if let (Some(bid), Some(reviewer)) = (bid, reviewer)
                && !network.assigned[bid * r + reviewer]
            {
                let topic = network.bids[bid].1;
                network.kept[bid * r + reviewer] = true;
                network.place(bid, reviewer);
                network.load[reviewer] += 1;
                network.topic_load[reviewer * t + topic] += 1;
            }
        }
        network
    }

    fn run(mut self) -> Vec<(i64, i64)> {
        let r = self.reviewers.len();
        for bid in 0..self.bids.len() {
            let has = (0..r).filter(|n| self.assigned[bid * r + n]).count();
            for _ in has..self.per_bid {
                if !self.augment(bid) {
                    break;
                }
            }
        }
        let mut pairs: Vec<(i64, i64)> = (0..self.bids.len())
            .flat_map(|bid| (0..r).map(move |n| (bid, n)))
            .filter(|(bid, n)| self.assigned[bid * r + n])
            .map(|(bid, n)| (self.bids[bid].0, self.reviewers[n]))
            .collect();
        pairs.sort_unstable();
        pairs
    }

    /// The bid goes to the reviewer; hand-overs to and from them change.
    fn place(&mut self, bid: usize, to: usize) {
        self.assigned[bid * self.reviewers.len() + to] = true;
        self.hand_overs(bid, to, true);
    }

    fn take(&mut self, bid: usize, from: usize) {
        self.hand_overs(bid, from, false);
        self.assigned[bid * self.reviewers.len() + from] = false;
    }

    fn hand_overs(&mut self, bid: usize, reviewer: usize, placed: bool) {
        let r = self.reviewers.len();
        let topic = self.bids[bid].1;
        for other in (0..r).filter(|other| *other != reviewer) {
            let (own, theirs) = (self.cost[bid * r + reviewer], self.cost[bid * r + other]);
            let (from, to, delta) = if self.assigned[bid * r + other] {
                // Another holder could hand it to this reviewer only while this one does not hold it.
                if self.kept[bid * r + other] || !self.eligible[reviewer * self.topics + topic] {
                    continue;
                }
                (other, reviewer, own - theirs)
            } else {
                if self.kept[bid * r + reviewer] || !self.eligible[other * self.topics + topic] {
                    continue;
                }
                (reviewer, other, theirs - own)
            };
            let set = &mut self.exchange[(topic * r + from) * r + to];
            let held_elsewhere = self.assigned[bid * r + other];
            if placed == held_elsewhere {
                set.remove(&(delta, bid));
            } else {
                set.insert((delta, bid));
            }
        }
    }

    /// Gives the bid one more reviewer along a shortest path; false if nobody is left.
    fn augment(&mut self, bid: usize) -> bool {
        let (r, t) = (self.reviewers.len(), self.topics);
        let topic = self.bids[bid].1;
        let nodes = r * t + r;
        let mut distance = vec![i64::MAX; nodes];
        let mut from = vec![From::Nowhere; nodes];
        let mut queue = VecDeque::new();
        let mut queued = vec![false; nodes];
        for n in 0..r {
            if self.eligible[n * t + topic] && !self.assigned[bid * r + n] {
                let node = n * t + topic;
                distance[node] = self.cost[bid * r + n];
                from[node] = From::Bid;
                queue.push_back(node);
                queued[node] = true;
            }
        }
        while let Some(node) = queue.pop_front() {
            queued[node] = false;
            let here = distance[node];
            let mut relax = |to: usize, cost: i64, handed: Option<usize>| {
                let there = here + cost;
                if there < distance[to] {
                    distance[to] = there;
                    from[to] = From::Node(node, handed);
                    if !queued[to] {
                        queued[to] = true;
                        queue.push_back(to);
                    }
                }
            };
            if node < r * t {
                let (n, m) = (node / t, node % t);
                relax(r * t + n, TOPIC * (2 * self.topic_load[node] + 1), None);
                for other in (0..r).filter(|other| *other != n) {
                    if let Some((delta, handed)) = self.exchange[(m * r + n) * r + other].first() {
                        relax(other * t + m, *delta, Some(*handed));
                    }
                }
            } else {
                let n = node - r * t;
                for m in 0..t {
                    let load = self.topic_load[n * t + m];
                    if load > 0 {
                        relax(n * t + m, -TOPIC * (2 * load - 1), None);
                    }
                }
            }
        }
        let end = (0..r)
            .filter(|n| distance[r * t + n] < i64::MAX)
            .min_by_key(|n| (distance[r * t + n] + LOAD * (2 * self.load[*n] + 1), *n));
        let Some(end) = end else { return false };
        self.load[end] += 1;
        self.apply(bid, r * t + end, &from);
        true
    }

    fn apply(&mut self, bid: usize, end: usize, from: &[From]) {
        let (r, t) = (self.reviewers.len(), self.topics);
        let mut moves = Vec::new();
        let mut node = end;
        loop {
            match from[node] {
                From::Nowhere => return,
                From::Bid => {
                    moves.push((bid, None, node / t));
                    break;
                }
                From::Node(before, Some(handed)) => {
                    moves.push((handed, Some(before / t), node / t));
                    node = before;
                }
                From::Node(before, None) => {
                    if node >= r * t {
                        self.topic_load[before] += 1;
                    } else {
                        self.topic_load[node] -= 1;
                    }
                    node = before;
                }
            }
        }
        for (bid, before, _) in &moves {
            if let Some(before) = before {
                self.take(*bid, *before);
            }
        }
        for (bid, _, after) in moves {
            self.place(bid, after);
        }
    }
}

#[cfg(test)]
mod tests;
