//! The search: signatures of what is opened, candidates, exact measures.
//!
//! What takes time is done on a reader: [`compute`]. The command only writes what was found, if the bids are still those.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::audit::{self, Chain, Event, Verb};
use crate::auth::{Actor, policy};
use crate::bids::{self, Bid};
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::{BidId, OrganizationId, RoundId, SimilarPairId};
use crate::people;
use crate::rounds::{self, Round, RoundState};
use crate::similar::rules::{self, Index, Measure};
use crate::similar::store::{self, Pair, Search, Signature};
use crate::similar::{PairDecision, PairKind};

/// Earlier signatures held at once.
const PART: i64 = 5000;
/// Earlier bids read at once.
const CHUNK: usize = 200;

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

/// A round's texts as they are compared.
struct Compared {
    bids: Vec<(BidId, Option<crate::ids::TopicId>)>,
    /// What counts of each.
    grams: Vec<Vec<u64>>,
    signatures: Vec<Vec<u16>>,
    excluded: HashSet<u64>,
}

fn grams_of(bid: &Bid) -> Result<Vec<u64>> {
    let Some(sealed) = bids::sealed_of(bid)? else {
        return Ok(Vec::new());
    };
    let segments = rules::segments(&sealed.content);
    Ok(rules::grams(
        segments.iter().map(|segment| segment.text.as_str()),
    ))
}

fn compare(c: &mut Conn, round: &Round) -> Result<Compared> {
    let opened = bids::opened(c, round.id)?;
    let raw = opened.iter().map(grams_of).collect::<Result<Vec<_>>>()?;
    let mut excluded = rules::shared_by_many(raw.iter().map(Vec::as_slice));
    excluded.extend(papers(c, round)?);
    let grams: Vec<Vec<u64>> = raw
        .iter()
        .map(|grams| rules::without(grams, &excluded))
        .collect();
    Ok(Compared {
        bids: opened.iter().map(|bid| (bid.id, bid.topic_id)).collect(),
        signatures: grams
            .iter()
            .map(|grams| rules::signature(grams).unwrap_or_default())
            .collect(),
        grams,
        excluded,
    })
}

/// The grams of the round's own papers.
fn papers(c: &mut Conn, round: &Round) -> Result<Vec<u64>> {
    let topics = rounds::topics(c, round.id)?;
    let texts = topics
        .iter()
        .flat_map(|topic| [topic.title.as_str(), topic.requirements.as_str()]);
    Ok(rules::grams(texts.chain([round.guide.as_str()])))
}

/// What is kept of a round whose bids were compared.
struct Signed {
    round: RoundId,
    committee: OrganizationId,
    /// Bid, signature, grams that count.
    bids: Vec<(BidId, Vec<u8>, i64)>,
}

fn signed(round: &Round, compared: &Compared) -> Signed {
    Signed {
        round: round.id,
        committee: round.committee_id,
        bids: compared
            .bids
            .iter()
            .zip(&compared.signatures)
            .zip(&compared.grams)
            .map(|(((bid, _), signature), grams)| {
                (
                    *bid,
                    rules::to_bytes(signature),
                    i64::try_from(grams.len()).unwrap_or(i64::MAX),
                )
            })
            .collect(),
    }
}

fn keep(tx: &mut Tx, signed: &Signed) -> Result<()> {
    let now = tx.now();
    for (bid, signature, grams) in &signed.bids {
        store::insert_signature(
            tx,
            &Signature {
                bid_id: *bid,
                round_id: signed.round,
                committee_id: signed.committee,
                signature: signature.clone(),
                grams: *grams,
                made_at: now,
            },
        )?;
    }
    Ok(())
}

/// What a search came to, not yet written.
pub struct Computed {
    round: Signed,
    /// Earlier rounds that had no signatures.
    earlier: Vec<Signed>,
    excluded: HashSet<u64>,
    found: Vec<Found>,
    /// How many earlier bids there are.
    seen: i64,
}

/// Compares the round's opened bids with each other and with earlier rounds': reads alone.
pub fn compute(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<Computed> {
    let round = rounds::visible(c, actor, id)?;
    let path = people::organization(c, round.committee_id)?.path;
    policy::may_run(actor, &path)?;
    may_search(&round)?;
    let compared = compare(c, &round)?;
    let known = store::signed_rounds(c, round.committee_id)?;
    let (mut kept, mut earlier) = (Vec::new(), Vec::new());
    if let Some(opened) = round.opened_at {
        for before in rounds::opened_before(c, round.committee_id, opened)? {
            if before.id == round.id {
                continue;
            }
            if known.contains(&before.id) {
                kept.push(before.id);
            } else {
                earlier.push(signed(&before, &compare(c, &before)?));
            }
        }
    }
    let mut found = own_pairs(&compared);
    let seen = earlier_pairs(c, &compared, &kept, &earlier, &mut found)?;
    found.sort_by_key(|one| {
        (
            -one.measure.jaccard.max(one.measure.contained),
            -one.measure.jaccard,
            one.bid.0,
            one.other,
        )
    });
    Ok(Computed {
        round: signed(&round, &compared),
        earlier,
        excluded: compared.excluded,
        found,
        seen,
    })
}

/// Writes what was found. What was found before stays, with what was decided on it.
pub fn search(tx: &mut Tx, actor: &Actor, id: RoundId, computed: &Computed) -> Result<Search> {
    let round = rounds::visible(tx, actor, id)?;
    let path = people::organization(tx, round.committee_id)?.path;
    policy::may_run(actor, &path)?;
    let round = rounds::turn(tx, round.id)?;
    may_search(&round)?;
    let now = tx.now();
    let compared: Vec<BidId> = computed.round.bids.iter().map(|(bid, _, _)| *bid).collect();
    if computed.round.round != round.id || bids::opened_ids(tx, round.id)? != compared {
        return Err(Refusal::new(
            "bids_changed",
            "查找期间有申报书被废标或者合并，结果没有保存。",
        )
        .remedy("请再查找一次。")
        .into());
    }
    store::delete_signatures(tx, round.id)?;
    keep(tx, &computed.round)?;
    let known = store::signed_rounds(tx, round.committee_id)?;
    for before in &computed.earlier {
        if !known.contains(&before.round) {
            keep(tx, before)?;
        }
    }
    let known = store::known(tx, round.id)?;
    let pairs: HashSet<(BidId, BidId)> = known.iter().map(|(a, b, _)| (*a, *b)).collect();
    let last = known.last().map_or(0, |(_, _, position)| *position);
    let found: Vec<&Found> = computed
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
    let mut common: Vec<u64> = computed.excluded.iter().copied().collect();
    common.sort_unstable();
    let done = Search {
        round_id: round.id,
        bids: i64::try_from(compared.len()).unwrap_or(i64::MAX),
        earlier: computed.seen,
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

struct Found {
    kind: PairKind,
    bid: (BidId, Option<crate::ids::TopicId>),
    other: BidId,
    other_topic: Option<crate::ids::TopicId>,
    measure: Measure,
}

fn own_pairs(compared: &Compared) -> Vec<Found> {
    let index = Index::new(&compared.signatures);
    let mut found = Vec::new();
    for (nth, signature) in compared.signatures.iter().enumerate() {
        for other in index.candidates(signature) {
            if other >= nth {
                continue;
            }
            let (Some(one), Some(two), Some(a), Some(b)) = (
                compared.grams.get(other),
                compared.grams.get(nth),
                compared.bids.get(other),
                compared.bids.get(nth),
            ) else {
                continue;
            };
            let measure = rules::measure(one, two);
            if measure.counts() {
                found.push(Found {
                    kind: PairKind::SameRound,
                    bid: *a,
                    other: b.0,
                    other_topic: b.1,
                    measure,
                });
            }
        }
    }
    found
}

/// Adds pairs with earlier bids; answers how many earlier bids there are.
fn earlier_pairs(
    c: &mut Conn,
    compared: &Compared,
    rounds: &[RoundId],
    fresh: &[Signed],
    found: &mut Vec<Found>,
) -> Result<i64> {
    let index = Index::new(&compared.signatures);
    let mut candidates: HashMap<BidId, Vec<usize>> = HashMap::new();
    let mut after = BidId(0);
    let mut seen = 0;
    for (bid, bytes, _) in fresh.iter().flat_map(|round| &round.bids) {
        seen += 1;
        let near = index.candidates(&rules::from_bytes(bytes));
        if !near.is_empty() {
            candidates.insert(*bid, near);
        }
    }
    if !rounds.is_empty() {
        loop {
            let part = store::signatures_after(c, rounds, after, PART)?;
            let Some((last, _)) = part.last() else {
                break;
            };
            after = *last;
            seen += i64::try_from(part.len()).unwrap_or(0);
            for (bid, bytes) in &part {
                let near = index.candidates(&rules::from_bytes(bytes));
                if !near.is_empty() {
                    candidates.insert(*bid, near);
                }
            }
        }
    }
    let mut ids: Vec<BidId> = candidates.keys().copied().collect();
    ids.sort_unstable();
    for chunk in ids.chunks(CHUNK) {
        for other in bids::by_ids(c, chunk)? {
            let grams = rules::without(&grams_of(&other)?, &compared.excluded);
            for nth in candidates.get(&other.id).into_iter().flatten() {
                let (Some(own), Some(bid)) = (compared.grams.get(*nth), compared.bids.get(*nth))
                else {
                    continue;
                };
                let measure = rules::measure(own, &grams);
                if measure.counts() {
                    found.push(Found {
                        kind: PairKind::Earlier,
                        bid: *bid,
                        other: other.id,
                        other_topic: None,
                        measure,
                    });
                }
            }
        }
    }
    Ok(seen)
}
