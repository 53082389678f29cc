//! Committing and revealing; with the second word the order is found.

use serde_json::json;

use crate::audit::{self, Verb};
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::ids::{self, RoundId, TieLotPartId, TieLotsId};
use crate::numbers::lots::{self, Inputs, Secret};
use crate::numbers::result_file::TieBreakMethod;
use crate::panel::scene::{self, Scene};
use crate::result::LotParty;
use crate::result::actions::lots::{Drawing, may_take_part, over, party, pending_of, taken_up};
use crate::result::actions::tie::{self, Tied};
use crate::result::input::{LotInput, RevealInput};
use crate::result::store::{self, TieLotPart, TieLots};
use crate::who::Actor;

/// Commits to a word. The first commitment opens the draw.
pub fn commit(tx: &mut Tx, actor: &Actor, round: RoundId, input: &LotInput) -> Result<TieLotsId> {
    let scene = scene::command(tx, actor, round)?;
    may_take_part(tx, &scene, actor)?;
    tie::may_order(&scene)?;
    let bids: Vec<i64> = input.bid_ids.iter().map(|bid| bid.0).collect();
    let (_, group) = tie::tied(tx, &scene, &bids)?;
    let party = party(tx, &scene, actor, &group)?;
    let user = actor.person()?.user_id;
    let now = tx.now();
    let (salt, commitment) = committed(input)?;
    let drawing = match pending_of(tx, scene.evaluation.id, &group)? {
        Some(drawing) => drawing,
        None => open(tx, &scene, &group)?,
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
            Refusal::new("lots_need_two", "抽签的双方须是两个人。").remedy("请另一位督导员办理。"),
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
    audit::record(
        tx,
        actor,
        scene::event(&scene, Verb::LotsCommitted).detail(json!({
            "lots_id": lots.id, "number": lots.number, "bid_ids": group.bids,
            "part": party, "commitment": commitment,
        })),
    )?;
    Ok(lots.id)
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

/// Reveals what one committed to. With the second word the order is found, and the result is ranked anew.
pub fn reveal(tx: &mut Tx, actor: &Actor, id: TieLotsId, input: &RevealInput) -> Result<RoundId> {
    let (scene, mut drawing) = taken_up(tx, actor, id)?;
    may_take_part(tx, &scene, actor)?;
    let user = actor.person()?.user_id;
    over(&drawing.lots)?;
    tie::may_order(&scene)?;
    let both = drawing.committed();
    let Some(own) = drawing.parts.iter_mut().find(|part| part.user_id == user) else {
        return Err(Error::Forbidden(
            Refusal::new("not_your_lot", "只有作出承诺的人才能揭示。").remedy("请先承诺。"),
        ));
    };
    if !both {
        return Err(
            Refusal::new("not_all_committed", "另一方还没有承诺，现在不能揭示。")
                .remedy("双方都承诺以后再揭示。")
                .into(),
        );
    }
    if own.revealed_at.is_some() {
        return Err(Refusal::new("already_revealed", "您已经揭示。")
            .remedy("另一方揭示以后就排出先后。")
            .into());
    }
    let given = input
        .salt
        .as_deref()
        .map(str::trim)
        .filter(|salt| !salt.is_empty());
    let salt = match given.or(own.salt.as_deref()) {
        Some(salt) if lots::is_salt(salt) => salt.to_owned(),
        Some(_) | None => {
            return Err(Error::field("salt", "随机数须为 32 至 128 个字母或数字。"));
        }
    };
    let word = &input.word;
    if let Some(fault) = lots::word_fault(word) {
        return Err(Error::field("word", fault));
    }
    if (Secret { salt: &salt, word }).commitment() != own.commitment {
        return Err(Error::field("word", "与承诺不符，请照承诺时的原样输入。"));
    }
    own.salt = Some(salt);
    own.word = Some(word.clone());
    own.revealed_at = Some(tx.now());
    let part = own.clone();
    store::reveal_lot_part(tx, &part)?;
    audit::record(
        tx,
        actor,
        scene::event(&scene, Verb::LotsRevealed)
            .detail(json!({ "lots_id": id, "number": drawing.lots.number, "part": part.part })),
    )?;
    if drawing.parts.iter().all(|part| part.revealed_at.is_some()) {
        draw(tx, actor, &scene, drawing)?;
    }
    Ok(scene.round.id)
}

/// Both have revealed: the order follows.
fn draw(tx: &mut Tx, actor: &Actor, scene: &Scene, mut drawing: Drawing) -> Result<()> {
    let bids = drawing.lots.bids()?;
    let (file, _) = tie::tied(tx, scene, &bids)?;
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
        round: scene.round.id.0,
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
    let (digest, fairness_digest) = tie::put_order(tx, scene, file, &order, TieBreakMethod::Lots)?;
    audit::record(
        tx,
        actor,
        scene::event(scene, Verb::LotsDrawn).detail(json!({
            "lots_id": drawing.lots.id, "number": drawing.lots.number, "revealed": words,
            "seed": drawing.lots.seed, "order": order,
            "result_digest": digest, "fairness_digest": fairness_digest,
        })),
    )
}
