//! Who reads the pairs, and what they see of them.

use std::collections::{HashMap, HashSet};

use super::PairDecision;
use super::search::may_search;
use super::store::{self, Pair};
use crate::bids::{self, Bid};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, OrganizationId, RoundId, SimilarPairId, TopicId};
use crate::people;
use crate::rounds::{self, Round, RoundState};
use crate::seats::{self, Seat};
use crate::verbs::Scene;
use crate::who::{Actor, Role};

/// Somebody who may read a round's pairs.
pub struct Reader {
    pub round: Round,
    pub committee_path: String,
    /// The office, which searches and decides.
    pub office: bool,
    /// Topics left to others.
    pub except: Vec<TopicId>,
}

/// Office and supervisor over the round; from the start of scoring its chair, but for the topics left to others.
pub fn reader(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<Reader> {
    let round = rounds::visible(c, actor, id)?;
    let path = people::organization(c, round.committee_id)?.path;
    let office = actor.holds(Role::Office, &path);
    let blind = seats::blinds(c, actor, round.id)?;
    if !blind && (office || actor.holds(Role::Supervisor, &path)) {
        may_search(&round)?;
        return Ok(Reader {
            round,
            committee_path: path,
            office,
            except: Vec::new(),
        });
    }
    let user = actor.person()?.user_id;
    let evaluation = seats::of_round(c, round.id)?;
    let chairs = seats::panel(c, evaluation.id)?
        .iter()
        .any(|member| member.user_id == user && member.seat == Seat::Chair);
    if blind && (chairs || office || actor.holds(Role::Supervisor, &path)) {
        return Err(Error::Forbidden(
            Refusal::new(
                "blind_until_lock",
                "匿名评审，评分锁定以前相似申报只供党建部和督导员查看。",
            )
            .remedy("锁定以后，主任委员可以查看。"),
        ));
    }
    if !chairs {
        return Err(Error::Forbidden(
            Refusal::new(
                "similar_readers",
                "相似申报只供党建部、督导员和评审委员会主任委员查看。",
            )
            .remedy("需要核对时，请联系党建部。"),
        ));
    }
    may_search(&round)?;
    if round.state == RoundState::Opened || !seats::undertaking(c, round.id, user)? {
        return Err(Error::Forbidden(
            Refusal::new(
                "undertaking_required",
                "主任委员在开始评分并签署承诺以后查看相似申报。",
            )
            .remedy("请等党建部开始评分，并在评分页签署承诺。"),
        ));
    }
    let except = seats::recused(c, round.id, user)?.into_iter().collect();
    Ok(Reader {
        round,
        committee_path: path,
        office,
        except,
    })
}

/// A pair of the round, as this reader may see it.
pub struct PairScene {
    pub reader: Reader,
    pub pair: Pair,
}

impl Scene for PairScene {
    type Id = (RoundId, SimilarPairId);

    fn turn(tx: &mut Tx, (round, _): &Self::Id) -> Result<()> {
        rounds::turn(tx, *round).map(|_| ())
    }

    fn load(c: &mut Conn, actor: &Actor, (round, id): &Self::Id) -> Result<Self> {
        let reader = reader(c, actor, *round)?;
        let pair = store::pair(c, *id)?;
        let hidden = [pair.topic_id, pair.other_topic_id]
            .into_iter()
            .flatten()
            .any(|topic| reader.except.contains(&topic));
        if pair.round_id != reader.round.id || hidden {
            return Err(Error::NotFound);
        }
        Ok(Self { reader, pair })
    }

    fn version(&self) -> i64 {
        self.pair.version
    }
}

/// Grams that did not count at the last search.
pub fn common(c: &mut Conn, round: RoundId) -> Result<HashSet<u64>> {
    Ok(store::search(c, round)?
        .map(|search| search.common)
        .unwrap_or_default()
        .chunks_exact(8)
        .filter_map(|bytes| bytes.try_into().ok().map(u64::from_le_bytes))
        .collect())
}

/// What a list of pairs is shown with: two queries for bids and names, one for earlier rounds.
pub struct Facts {
    pub bids: HashMap<BidId, Bid>,
    pub organizations: HashMap<OrganizationId, String>,
    pub rounds: HashMap<RoundId, String>,
    pub topics: HashMap<TopicId, String>,
}

pub fn facts(c: &mut Conn, round: &Round, pairs: &[Pair]) -> Result<Facts> {
    let mut ids: Vec<BidId> = pairs
        .iter()
        .flat_map(|pair| [pair.bid_id, pair.other_id])
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let bids: HashMap<BidId, Bid> = bids::by_ids(c, &ids)?
        .into_iter()
        .map(|bid| (bid.id, bid))
        .collect();
    let organizations: Vec<OrganizationId> = bids.values().map(|bid| bid.organization_id).collect();
    let before = match round.opened_at {
        Some(at) => rounds::opened_before(c, round.committee_id, at)?,
        None => Vec::new(),
    };
    Ok(Facts {
        organizations: people::names(c, &organizations)?,
        rounds: before
            .into_iter()
            .map(|round| (round.id, round.title))
            .chain([(round.id, round.title.clone())])
            .collect(),
        topics: rounds::topics(c, round.id)?
            .into_iter()
            .map(|topic| (topic.id, topic.title))
            .collect(),
        bids,
    })
}

/// A pair is decided once.
pub fn may_decide(pair: &Pair) -> Result<(), Refusal> {
    if pair.decision == PairDecision::Pending {
        return Ok(());
    }
    Err(Refusal::new(
        "pair_decided",
        format!("这一对已经认定为“{}”。", pair.decision.label()),
    )
    .remedy("认定以后不再更改；理由见记录。"))
}
