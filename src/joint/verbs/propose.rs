//! The office proposes that bids go on as one.

use std::collections::{HashMap, HashSet};

use crate::audit::sha256_hex;
use crate::bids::{self, Bid, BidState};
use crate::ids::{BidId, JointId, TopicId};
use crate::joint::scene::{JointScene, Proposing};
use crate::joint::store::{self, Joint};
use crate::joint::{JointState, rules};
use crate::rounds::{self, Round};
use crate::similar::{self, PairDecision};
use crate::verbs::prelude::*;

/// Which bids are to go on as one, and how.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JointBidInput {
    pub lead_bid_id: BidId,
    #[validate(length(min = 1, max = 7))]
    #[schema(min_items = 1, max_items = 7)]
    pub partner_bid_ids: Vec<BidId>,
    /// 联合方案: who does what.
    #[validate(length(min = 1, max = 4000))]
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "运维支部牵头，负责线路看护；仁厚支部负责群众宣传。"
    )]
    pub statement: String,
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "两份申报针对同一个难题。")]
    pub reason: String,
}

/// Asks the bids' organizations whether they go on as one.
pub struct Propose;

impl Verb for Propose {
    type On = Proposing;
    type Gives = JointScene;
    type Input = JointBidInput;
    type Ready = ();

    const NAME: &'static str = "propose";
    const SAYS: &'static str =
        "Propose that bids go on as one, between the opening and the start of scoring.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::JointProposed);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["not_opened", "wrong_state"];

    fn who(on: &Proposing, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &Proposing, _: &Actor, now: Instant) -> Result<()> {
        Ok(rules::in_time(on.round.state_at(now))?)
    }

    fn perform(
        tx: &mut Tx,
        on: Proposing,
        (): (),
        actor: &Actor,
        input: &JointBidInput,
    ) -> Result<Done<Self>> {
        let round = on.round;
        let now = tx.now();
        let chosen = chosen(tx, &round, input)?;
        let digests: Vec<(BidId, Option<String>)> = chosen
            .iter()
            .map(|(bid, _)| (bid.id, bid.digest.clone()))
            .collect();
        let agreed_to = rules::agreed_to(round.id, input.lead_bid_id, &digests, &input.statement);
        let joint = Joint {
            id: JointId::fresh(now),
            round_id: round.id,
            lead_bid_id: input.lead_bid_id,
            digest: sha256_hex(agreed_to.as_bytes()),
            statement: input.statement.clone(),
            reason: input.reason.clone(),
            state: JointState::Asked,
            ended_reason: None,
            proposed_by: actor.person()?.user_id,
            proposed_at: now,
            ended_at: None,
            version: 1,
        };
        store::insert(tx, &joint)?;
        for (bid, topic) in &chosen {
            store::insert_member(tx, joint.id, bid.id, *topic)?;
        }
        let ids: Vec<BidId> = digests.iter().map(|(id, _)| *id).collect();
        let asked = PairDecision::Merging;
        similar::follow(tx, actor, round.id, &ids, asked, &joint.reason)?;
        let said = "已提出，各支部书记会在待办里看到。";
        Ok(Done::of(joint.id, said).detail(json!({
            "lead_bid_id": joint.lead_bid_id, "bids": ids, "digest": joint.digest, "reason": joint.reason,
        })))
    }
}

/// The bids with their topics, the lead's first, if they may be asked.
fn chosen(tx: &mut Tx, round: &Round, input: &JointBidInput) -> Result<Vec<(Bid, TopicId)>> {
    let mut ids = vec![input.lead_bid_id];
    ids.extend(&input.partner_bid_ids);
    let field = |id: BidId| {
        if id == input.lead_bid_id {
            "lead_bid_id"
        } else {
            "partner_bid_ids"
        }
    };
    let distinct: HashSet<BidId> = ids.iter().copied().collect();
    if distinct.len() != ids.len() {
        return Err(Error::field("partner_bid_ids", "同一份申报书选了两次。"));
    }
    if ids.len() > rules::MOST {
        return Err(Error::field("partner_bid_ids", "联合攻关最多八份申报书。"));
    }
    let found: HashMap<BidId, Bid> = bids::by_ids(tx, &ids)?
        .into_iter()
        .map(|bid| (bid.id, bid))
        .collect();
    let failed: HashSet<TopicId> = rounds::topics(tx, round.id)?
        .into_iter()
        .filter(|topic| topic.failed)
        .map(|topic| topic.id)
        .collect();
    let taken: HashSet<BidId> = store::taken(tx, &ids)?.into_iter().collect();
    let mut all = Vec::new();
    for id in ids {
        let bid = found
            .get(&id)
            .filter(|bid| bid.round_id == round.id)
            .ok_or_else(|| Error::field(field(id), "这份申报书不在本批次。"))?;
        let topic = match (bid.state, bid.topic_id) {
            (BidState::Opened, Some(topic)) => topic,
            _ => {
                return Err(Error::field(
                    field(id),
                    "只有已开标、有效的申报书可以合并。",
                ));
            }
        };
        if failed.contains(&topic) {
            return Err(Error::field(
                field(id),
                "这份申报书的标的已流标，请在流标处理里转为联合攻关。",
            ));
        }
        if taken.contains(&id) {
            return Err(Error::field(
                field(id),
                "这份申报书已在另一项联合攻关之内。",
            ));
        }
        all.push((bid.clone(), topic));
    }
    let organizations: Vec<_> = all.iter().map(|(bid, _)| bid.organization_id).collect();
    if !rules::organizations(&organizations) {
        return Err(Error::field("partner_bid_ids", "联合攻关至少要两个组织。"));
    }
    Ok(all)
}
