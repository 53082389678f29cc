//! Drawing lots between bids that share a rank: chair and supervisor commit, then reveal. The arithmetic, and why
//! neither can steer it, stands in [`crate::numbers::lots`].
//!
//! | a draw is | when |
//! |---|---|
//! | committing | one of the two has committed |
//! | revealing | both have; what the first one reveals is shown to nobody until the second has, too |
//! | drawn | both have revealed: the order is in the result at once |
//! | void | somebody did not reveal, or the result was computed anew: recorded, published, and drawn again |

mod published;

pub use published::{LotsRead, published, read};

use serde_json::json;

use crate::audit::{self, Verb};
use crate::crypto::sha256_hex;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::EvaluationId;
use crate::panel::scene::{self, Scene};
use crate::result::LotParty;
use crate::result::actions::lock;
use crate::result::actions::tie::{self, Tied};
use crate::result::store::{self, TieLotPart, TieLots};
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
        .remedy("请主任委员（须回避的，由代为办理的委员）和督导员揭示口令词；有一方不能揭示的，由他们或党委书记先把这次抽签作废。")
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

/// The supervisor, and the panel: any member may have to stand in for a chair who is recused.
pub fn may_come(scene: &Scene, actor: &Actor) -> Result<()> {
    actor.person()?;
    if scene.seat.is_some() || actor.holds(Role::Supervisor, &scene.path) {
        return Ok(());
    }
    Err(not_drawing())
}

/// The two who draw.
pub fn may_take_part(c: &mut Conn, scene: &Scene, actor: &Actor) -> Result<()> {
    if actor.holds(Role::Supervisor, &scene.path) || tie::presides(c, scene, actor)? {
        return Ok(());
    }
    Err(not_drawing())
}

fn not_drawing() -> Error {
    Error::Forbidden(
        Refusal::new("lots_need_two", "同分抽签由主任委员和纪委督导员办理。")
            .remedy("抽签的全部内容在结果里公布，人人可以重算。"),
    )
}

/// Whose part this person takes between these bids.
pub fn party(c: &mut Conn, scene: &Scene, actor: &Actor, group: &Tied) -> Result<LotParty> {
    if tie::Presiding::load(c, scene.evaluation.id)?.is(actor, group.topic) {
        Ok(LotParty::Chair)
    } else if actor.holds(Role::Supervisor, &scene.path) {
        Ok(LotParty::Supervisor)
    } else {
        Err(Error::Forbidden(tie::not_presiding()))
    }
}

pub fn over(lots: &TieLots) -> Result<(), Refusal> {
    if lots.is_pending() {
        return Ok(());
    }
    Err(Refusal::new("lots_over", "这次抽签已经结束。").remedy("结果页公布了全部内容。"))
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

/// A draw ends without an order; whoever did not reveal is named.
pub fn end(tx: &mut Tx, actor: &Actor, scene: &Scene, drawing: &mut Drawing) -> Result<()> {
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
        scene::event(scene, Verb::LotsVoided).detail(json!({
            "lots_id": drawing.lots.id, "number": drawing.lots.number,
            "reason": drawing.lots.void_reason, "not_revealed_by": silent,
        })),
    )
}

/// Puts the draws as they stand into the result; the ranking stays.
pub fn publish(tx: &mut Tx, scene: &Scene) -> Result<()> {
    let Some(stored) = store::result(tx, scene.evaluation.id)? else {
        return Ok(());
    };
    let mut file = lock::file_of(&stored)?;
    file.lots = published(tx, scene.evaluation.id, &file)?;
    let file = lock::complete(file)?;
    let body = lock::text_of(&file)?;
    let digest = sha256_hex(body.as_bytes());
    store::set_result_body(tx, stored.id, &body, &digest)
}
