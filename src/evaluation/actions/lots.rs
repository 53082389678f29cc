//! Drawing lots between bids that share a rank: chair and supervisor commit, then reveal. The arithmetic, and why
//! neither can steer it, stands in [`crate::evaluation::rules::lots`].
//!
//! | a draw is | when |
//! |---|---|
//! | committing | one of the two has committed |
//! | revealing | both have; what the first one reveals is shown to nobody until the second has, too |
//! | drawn | both have revealed: the order is in the result at once |
//! | void | somebody did not reveal, or the result was computed anew: recorded, published, and drawn again |

mod published;

pub use published::{LotsRead, published, read, round_of};

use serde_json::json;

use super::panel;
use super::scene::{self, Scene};
use super::tie::{self, Tied};
use crate::audit::{self, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::evaluation::LotParty;
use crate::evaluation::input::{LotInput, RevealInput, VoidLotsInput};
use crate::evaluation::result_file::TieBreakMethod;
use crate::evaluation::rules::lots as rules;
use crate::evaluation::rules::lots::{Inputs, Secret};
use crate::evaluation::store::{self, TieLotPart, TieLots};
use crate::ids::{self, EvaluationId, RoundId, TieLotPartId, TieLotsId};
use crate::who::{Actor, Role};

/// A draw with what the two have put into it.
pub struct Drawing {
    pub lots: TieLots,
    pub parts: Vec<TieLotPart>,
}

impl Drawing {
    pub fn part(&self, party: LotParty) -> Option<&TieLotPart> {
        self.parts.iter().find(|part| part.part == party)
    }

    /// Both have committed.
    pub fn committed(&self) -> bool {
        self.parts.len() == LotParty::ALL.len()
    }
}

/// All draws of an evaluation, by number.
pub fn drawings(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<Drawing>> {
    let all = store::tie_lots(c, evaluation)?;
    let mut parts = store::lot_parts(c, all.iter().map(|lots| lots.id).collect())?;
    Ok(all
        .into_iter()
        .map(|lots| Drawing {
            parts: parts.remove(&lots.id).unwrap_or_default(),
            lots,
        })
        .collect())
}

/// The draw under way between these bids.
pub fn pending_of(c: &mut Conn, evaluation: EvaluationId, group: &Tied) -> Result<Option<Drawing>> {
    let first = group.bids.first().copied();
    Ok(drawings(c, evaluation)?
        .into_iter()
        .find(|one| one.lots.is_pending() && Some(one.lots.first_bid) == first))
}

/// Nothing else decides while lots are being drawn.
pub fn pending_refusal() -> Refusal {
    Refusal::new("lots_pending", "同分抽签正在进行，还没有排出先后。")
        .remedy("请双方揭示口令词；有一方不能揭示的，先把这次抽签作废。")
}

/// Refused while a draw is under way.
pub fn none_pending(c: &mut Conn, evaluation: EvaluationId) -> Result<()> {
    if store::tie_lots(c, evaluation)?
        .iter()
        .any(TieLots::is_pending)
    {
        return Err(pending_refusal().into());
    }
    Ok(())
}

/// The two who draw, and the secretary, who may declare a draw void.
fn may_take_part(tx: &mut Tx, scene: &Scene, actor: &Actor) -> Result<()> {
    actor.person()?;
    if actor.holds(Role::Supervisor, &scene.path) || tie::presides(tx, scene, actor)? {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new("lots_need_two", "同分抽签由主任委员和纪委督导员办理。")
            .remedy("抽签的全部内容在结果里公布，人人可以重算。"),
    ))
}

/// Whose part this person takes between these bids.
fn party(tx: &mut Tx, scene: &Scene, actor: &Actor, group: &Tied) -> Result<LotParty> {
    if tie::Presiding::load(tx, scene.evaluation.id)?.is(actor, group.topic) {
        Ok(LotParty::Chair)
    } else if actor.holds(Role::Supervisor, &scene.path) {
        Ok(LotParty::Supervisor)
    } else {
        Err(Error::Forbidden(tie::not_presiding()))
    }
}

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
        panel::event(&scene, Verb::LotsCommitted).detail(json!({
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
            if let Some(fault) = rules::word_fault(word) {
                return Err(Error::field("word", fault));
            }
            let salt = ids::random_hex();
            let commitment = Secret { salt: &salt, word }.commitment();
            Ok((Some(salt), commitment))
        }
        (None, Some(commitment)) if rules::is_digest(commitment) => Ok((None, commitment.clone())),
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

/// A draw and where it belongs, after the round's turn.
fn taken_up(tx: &mut Tx, actor: &Actor, id: TieLotsId) -> Result<(Scene, Drawing)> {
    let evaluation = store::tie_lots_of(tx, id)?.evaluation_id;
    let round = store::find(tx, evaluation)?
        .round_id
        .ok_or(Error::NotFound)?;
    let scene = scene::command(tx, actor, round)?;
    let lots = store::tie_lots_of(tx, id)?;
    let parts = store::lot_parts(tx, vec![id])?
        .remove(&id)
        .unwrap_or_default();
    Ok((scene, Drawing { lots, parts }))
}

fn over(lots: &TieLots) -> Result<(), Refusal> {
    if lots.is_pending() {
        return Ok(());
    }
    Err(Refusal::new("lots_over", "这次抽签已经结束。").remedy("结果页公布了全部内容。"))
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
        Some(salt) if rules::is_salt(salt) => salt.to_owned(),
        Some(_) | None => {
            return Err(Error::field("salt", "随机数须为 32 至 128 个字母或数字。"));
        }
    };
    let word = &input.word;
    if let Some(fault) = rules::word_fault(word) {
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
        panel::event(&scene, Verb::LotsRevealed)
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
    let seed = rules::seed(Inputs {
        round: scene.round.id.0,
        number: drawing.lots.number,
        bids: &bids,
        chair,
        supervisor,
    });
    let order = rules::order(&seed, &bids);
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
        panel::event(scene, Verb::LotsDrawn).detail(json!({
            "lots_id": drawing.lots.id, "number": drawing.lots.number, "revealed": words,
            "seed": drawing.lots.seed, "order": order,
            "result_digest": digest, "fairness_digest": fairness_digest,
        })),
    )
}

/// Declares a draw void, with a reason that is published: what remains when somebody does not reveal. It is drawn again
/// from the beginning.
pub fn void(tx: &mut Tx, actor: &Actor, id: TieLotsId, input: &VoidLotsInput) -> Result<RoundId> {
    let (scene, mut drawing) = taken_up(tx, actor, id)?;
    if !actor.holds(Role::CommitteeSecretary, &scene.path) {
        may_take_part(tx, &scene, actor)?;
    }
    over(&drawing.lots)?;
    let reason = input.reason.trim();
    if reason.is_empty() {
        return Err(Error::field("reason", "请写明作废的理由，理由会公布。"));
    }
    drawing.lots.void_reason = Some(reason.to_owned());
    drawing.lots.voided_by = actor.user_id();
    end(tx, actor, &scene, &mut drawing)?;
    publish(tx, &scene)?;
    Ok(scene.round.id)
}

/// A new computation of the result ends what is under way.
pub fn void_pending(tx: &mut Tx, actor: &Actor, scene: &Scene, reason: &str) -> Result<()> {
    for mut drawing in drawings(tx, scene.evaluation.id)? {
        if drawing.lots.is_pending() {
            drawing.lots.void_reason = Some(reason.to_owned());
            end(tx, actor, scene, &mut drawing)?;
        }
    }
    Ok(())
}

fn end(tx: &mut Tx, actor: &Actor, scene: &Scene, drawing: &mut Drawing) -> Result<()> {
    drawing.lots.voided_at = Some(tx.now());
    store::finish_tie_lots(tx, &drawing.lots)?;
    let silent: Vec<LotParty> = LotParty::ALL
        .iter()
        .copied()
        .filter(|party| {
            drawing
                .part(*party)
                .is_none_or(|part| part.revealed_at.is_none())
        })
        .collect();
    audit::record(
        tx,
        actor,
        panel::event(scene, Verb::LotsVoided).detail(json!({
            "lots_id": drawing.lots.id, "number": drawing.lots.number,
            "reason": drawing.lots.void_reason, "not_revealed_by": silent,
        })),
    )
}

/// Puts the draws as they stand into the result; the ranking stays.
fn publish(tx: &mut Tx, scene: &Scene) -> Result<()> {
    let Some(stored) = store::result(tx, scene.evaluation.id)? else {
        return Ok(());
    };
    let mut file = super::lock::file_of(&stored)?;
    file.lots = published(tx, scene.evaluation.id, &file)?;
    let file = super::lock::complete(file)?;
    let body = super::lock::text_of(&file)?;
    let digest = audit::sha256_hex(body.as_bytes());
    store::set_result_body(tx, stored.id, &body, &digest)
}
