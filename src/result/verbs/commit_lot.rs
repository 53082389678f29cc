//! Committing to a word, for lots between bids that share a rank. The first commitment opens the draw.

use crate::ids::{self, BidId, TieLotPartId, TieLotsId};
use crate::numbers::lots::{self, Secret};
use crate::panel::scene::Scene;
use crate::result::actions::lots::{Drawing, may_come, may_take_part, party, pending_of};
use crate::result::actions::tie::{self, Tied};
use crate::result::scene::{Judged, Lots};
use crate::result::store::{self, TieLotPart, TieLots};
use crate::verbs::prelude::*;

/// A commitment to a word, for lots between bids that share a rank: `word` or `commitment`, not both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LotInput {
    /// All bids that share the rank, in any order.
    #[validate(length(min = 2, max = 100))]
    #[schema(min_items = 2, max_items = 100)]
    pub bid_ids: Vec<BidId>,
    /// The service draws a salt, shows the commitment and keeps the salt, not the word.
    #[serde(default)]
    #[schema(min_length = 8, max_length = 100, example = "七月流火九月授衣")]
    pub word: Option<String>,
    /// `SHA-256("biaogan-lot-1\n" salt "\n" word)`, made on a device of one's own: the service knows nothing.
    #[serde(default)]
    #[validate(length(max = 100))]
    #[schema(min_length = 64, max_length = 64)]
    pub commitment: Option<String>,
}

pub struct CommitLot;

impl Verb for CommitLot {
    type On = Judged;
    type Gives = Lots;
    type Input = LotInput;
    type Ready = ();

    const NAME: &'static str = "commit";
    const SAYS: &'static str = "The chair or the supervisor commits to a word; the first commitment opens the draw.\nA chair recused from the topic is stood in for by the first member who is not.";
    const EVENT: Option<audit::Verb> = None;
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["lots_need_two", "recused"];
    const REFUSES: &'static [&'static str] = &["wrong_state", "already_committed"];

    fn who(on: &Judged, actor: &Actor) -> Result<()> {
        may_come(on, actor)
    }

    fn when(c: &mut Conn, on: &Judged, actor: &Actor, _: Instant) -> Result<()> {
        may_take_part(c, on, actor)?;
        Ok(tie::may_order(on)?)
    }

    fn perform(
        tx: &mut Tx,
        on: Judged,
        (): (),
        actor: &Actor,
        input: &LotInput,
    ) -> Result<Done<Self>> {
        let bids: Vec<i64> = input.bid_ids.iter().map(|bid| bid.0).collect();
        let (_, group) = tie::tied(tx, &on, &bids)?;
        let party = party(tx, &on, actor, &group)?;
        let user = actor.person()?.user_id;
        let now = tx.now();
        let (salt, commitment) = committed(input)?;
        let drawing = match pending_of(tx, on.evaluation.id, &group)? {
            Some(drawing) => drawing,
            None => open(tx, &on, &group)?,
        };
        if drawing.part(party).is_some() {
            return Err(
                Refusal::new("already_committed", "您这一方已经承诺，不能再改。")
                    .remedy("请等另一方承诺，然后揭示。")
                    .into(),
            );
        }
        if drawing.parts.iter().any(|part| part.user_id == user) {
            return Err(Error::Forbidden(
                Refusal::new("lots_need_two", "抽签的双方须是两个人。")
                    .remedy("请另一位督导员办理。"),
            ));
        }
        if drawing
            .parts
            .iter()
            .any(|part| part.commitment == commitment)
        {
            return Err(Error::field("commitment", "不能照抄对方的承诺。"));
        }
        let lots = &drawing.lots;
        store::insert_lot_part(
            tx,
            &TieLotPart {
                id: TieLotPartId::fresh(now),
                lots_id: lots.id,
                part: party,
                user_id: user,
                commitment: commitment.clone(),
                committed_at: now,
                salt,
                word: None,
                revealed_at: None,
            },
        )?;
        let detail = json!({
            "lots_id": lots.id, "number": lots.number, "bid_ids": group.bids,
            "part": party, "commitment": commitment,
        });
        on.record(tx, actor, audit::Verb::LotsCommitted, detail)?;
        let said = "已承诺。请记住口令词，双方都承诺以后要照原样输入。";
        Ok(Done::of(on.round.id, said))
    }
}

/// Salt, if the service draws it, and commitment.
fn committed(input: &LotInput) -> Result<(Option<String>, String)> {
    match (&input.word, &input.commitment) {
        (Some(word), None) => {
            if let Some(fault) = lots::word_fault(word) {
                return Err(Error::field("word", fault));
            }
            let salt = ids::random_hex();
            let commitment = Secret { salt: &salt, word }.commitment();
            Ok((Some(salt), commitment))
        }
        (None, Some(commitment)) if lots::is_digest(commitment) => Ok((None, commitment.clone())),
        (None, Some(_)) => Err(Error::field(
            "commitment",
            "承诺是 SHA-256，写成 64 位小写十六进制。",
        )),
        (None, None) | (Some(_), Some(_)) => {
            Err(Error::field("word", "请填写口令词，或自己算好的承诺。"))
        }
    }
}

fn open(tx: &mut Tx, scene: &Scene, group: &Tied) -> Result<Drawing> {
    let now = tx.now();
    let earlier = store::tie_lots(tx, scene.evaluation.id)?;
    let lots = TieLots {
        id: TieLotsId::fresh(now),
        evaluation_id: scene.evaluation.id,
        topic_id: group.topic,
        number: earlier.last().map_or(0, |lots| lots.number) + 1,
        first_bid: group.bids.first().copied().unwrap_or_default(),
        bids: serde_json::to_string(&group.bids)?,
        opened_at: now,
        seed: None,
        outcome: None,
        drawn_at: None,
        void_reason: None,
        voided_by: None,
        voided_at: None,
    };
    store::insert_tie_lots(tx, &lots)?;
    Ok(Drawing {
        lots,
        parts: Vec::new(),
    })
}
