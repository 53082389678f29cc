//! Revealing what one committed to. With the second word the order is found, and the result is ranked anew.

use crate::numbers::lots::{self, Inputs, Secret};
use crate::numbers::result_file::TieBreakMethod;
use crate::result::LotParty;
use crate::result::actions::lots::{Drawing, may_come, may_take_part, over};
use crate::result::actions::{order, tie};
use crate::result::scene::{DrawScene, Judged, Lots};
use crate::result::store::{self, TieLotPart};
use crate::verbs::prelude::*;

/// What one committed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealInput {
    #[schema(min_length = 8, max_length = 100, example = "七月流火九月授衣")]
    pub word: String,
    /// With a commitment of one's own device.
    #[serde(default)]
    #[schema(min_length = 32, max_length = 128)]
    pub salt: Option<String>,
}

pub struct RevealLot;

impl Verb for RevealLot {
    type On = DrawScene;
    type Gives = Lots;
    type Input = RevealInput;
    /// One's own part.
    type Ready = TieLotPart;

    const NAME: &'static str = "reveal";
    const SAYS: &'static str = "Reveals what one committed to, once both have.\nThe second word finds the order and ranks anew.";
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["lots_need_two", "not_your_lot"];
    const REFUSES: &'static [&'static str] = &[
        "lots_over",
        "wrong_state",
        "not_all_committed",
        "already_revealed",
    ];

    fn who(on: &DrawScene, actor: &Actor) -> Result<()> {
        may_come(&on.judged, actor)
    }

    fn when(c: &mut Conn, on: &DrawScene, actor: &Actor, _: Instant) -> Result<TieLotPart> {
        may_take_part(c, &on.judged, actor)?;
        over(&on.drawing.lots)?;
        tie::may_order(&on.judged)?;
        let user = actor.person()?.user_id;
        let Some(own) = on.drawing.parts.iter().find(|part| part.user_id == user) else {
            let refusal = Refusal::new("not_your_lot", "只有作出承诺的人才能揭示。");
            return Err(Error::Forbidden(refusal.remedy("请先承诺。")));
        };
        if !on.drawing.committed() {
            let refusal = Refusal::new("not_all_committed", "另一方还没有承诺，现在不能揭示。");
            return Err(refusal.remedy("双方都承诺以后再揭示。").into());
        }
        if own.revealed_at.is_some() {
            let refusal = Refusal::new("already_revealed", "您已经揭示。");
            return Err(refusal.remedy("另一方揭示以后就排出先后。").into());
        }
        Ok(own.clone())
    }

    fn perform(
        tx: &mut Tx,
        on: DrawScene,
        mut own: TieLotPart,
        actor: &Actor,
        input: &RevealInput,
    ) -> Result<Done<Self>> {
        let DrawScene {
            judged,
            mut drawing,
        } = on;
        own.salt = Some(opened(&own, input)?);
        own.word = Some(input.word.clone());
        own.revealed_at = Some(tx.now());
        store::reveal_lot_part(tx, &own)?;
        let lots = &drawing.lots;
        let detail = json!({ "lots_id": lots.id, "number": lots.number, "part": own.part });
        judged.record(tx, actor, audit::Verb::LotsRevealed, detail)?;
        for part in drawing.parts.iter_mut().filter(|part| part.id == own.id) {
            part.clone_from(&own);
        }
        if drawing.parts.iter().all(|part| part.revealed_at.is_some()) {
            draw(tx, actor, &judged, drawing)?;
        }
        let said = "已揭示。双方都揭示以后，先后立即排出。";
        Ok(Done::of(judged.round.id, said))
    }
}

/// The salt with which the word is what was committed to.
fn opened(own: &TieLotPart, input: &RevealInput) -> Result<String> {
    let given = input.salt.as_deref().filter(|salt| !salt.is_empty());
    let salt = match given.or(own.salt.as_deref()) {
        Some(salt) if lots::is_salt(salt) => salt,
        Some(_) | None => {
            return Err(Error::field("salt", "随机数须为 32 至 128 个字母或数字。"));
        }
    };
    let word = &input.word;
    if let Some(fault) = lots::word_fault(word) {
        return Err(Error::field("word", fault));
    }
    if (Secret { salt, word }).commitment() != own.commitment {
        return Err(Error::field("word", "与承诺不符，请照承诺时的原样输入。"));
    }
    Ok(salt.to_owned())
}

/// Both have revealed: the order follows.
fn draw(tx: &mut Tx, actor: &Actor, on: &Judged, mut drawing: Drawing) -> Result<()> {
    let bids = drawing.lots.bids()?;
    let (file, _) = tie::tied(tx, on, &bids)?;
    let secret = |party: LotParty| {
        let part = drawing.part(party)?;
        Some(Secret {
            salt: part.salt.as_deref()?,
            word: part.word.as_deref()?,
        })
    };
    let secrets = secret(LotParty::Chair).zip(secret(LotParty::Supervisor));
    let (chair, supervisor) =
        secrets.ok_or_else(|| anyhow::anyhow!("a draw with both parts revealed has two words"))?;
    let seed = lots::seed(Inputs {
        round: on.round.id.0,
        number: drawing.lots.number,
        bids: &bids,
        chair,
        supervisor,
    });
    let order = lots::order(&seed, &bids);
    let words = json!({
        "chair": { "salt": chair.salt, "word": chair.word },
        "supervisor": { "salt": supervisor.salt, "word": supervisor.word },
    });
    drawing.lots.outcome = Some(serde_json::to_string(&order)?);
    drawing.lots.drawn_at = Some(tx.now());
    drawing.lots.seed = Some(seed);
    store::finish_tie_lots(tx, &drawing.lots)?;
    let (digest, fairness_digest) = order::put(tx, on, file, &order, TieBreakMethod::Lots)?;
    let detail = json!({
        "lots_id": drawing.lots.id, "number": drawing.lots.number, "revealed": words,
        "seed": drawing.lots.seed, "order": order,
        "result_digest": digest, "fairness_digest": fairness_digest,
    });
    on.record(tx, actor, audit::Verb::LotsDrawn, detail)
}
