//! What everybody may see of the draws.

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{EvaluationId, RoundId};
use crate::numbers::result_file::{self, LotDraw, LotPart, ResultFile, Revealed, TieBreakMethod};
use crate::panel::scene::{self, Scene};
use crate::result::LotParty;
use crate::result::actions::lock;
use crate::result::actions::lots::{Drawing, drawings};
use crate::result::actions::ranking;
use crate::result::actions::tie::{self, Tied};
use crate::result::store::TieLotPart;
use crate::rounds;
use crate::seats;
use crate::who::Actor;

/// The finished draws that belong to a result: those its recorded orders rest on, and void ones between its bids.
pub fn published(
    c: &mut Conn,
    evaluation: EvaluationId,
    file: &ResultFile,
) -> Result<Vec<LotDraw>> {
    let mut published = Vec::new();
    for drawing in drawings(c, evaluation)? {
        let (bids, order) = (drawing.lots.bids()?, drawing.lots.order()?);
        let rests = |(place, bid): (u32, &i64)| {
            file.tie_breaks.iter().any(|tie| {
                tie.bid_id == *bid && tie.order == place && tie.method == TieBreakMethod::Lots
            })
        };
        let belongs = bids
            .iter()
            .all(|bid| file.bids.iter().any(|one| one.id == *bid));
        let stands = drawing.lots.drawn_at.is_some() && (1..).zip(&order).all(rests);
        if belongs && (stands || drawing.lots.voided_at.is_some()) {
            published.push(LotDraw {
                number: lock::small(drawing.lots.number),
                bids,
                chair: drawing.part(LotParty::Chair).map(shown),
                supervisor: drawing.part(LotParty::Supervisor).map(shown),
                seed: drawing.lots.seed.clone(),
                order,
                void: drawing.lots.void_reason.clone(),
            });
        }
    }
    Ok(published)
}

fn shown(part: &TieLotPart) -> LotPart {
    let at = |instant: crate::clock::Instant| {
        result_file::instant_text(instant.micros()).unwrap_or_default()
    };
    let revealed = part
        .revealed_at
        .zip(part.salt.clone().zip(part.word.clone()));
    LotPart {
        commitment: part.commitment.clone(),
        committed_at: at(part.committed_at),
        revealed: revealed.map(|(instant, (salt, word))| Revealed {
            salt,
            word,
            at: at(instant),
        }),
    }
}

/// The draws, and the groups that may be drawn for, as this person may see them: like the result they belong to.
pub struct LotsRead {
    pub scene: Scene,
    pub drawings: Vec<Drawing>,
    /// Bids that share a rank now, with who acts for the panel there.
    pub tied: Vec<(Tied, Option<seats::PanelMember>)>,
}

pub fn read(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<LotsRead> {
    let scene = scene::scene(c, actor, round)?;
    ranking::may_read(c, &scene, actor)?;
    let topics = rounds::topics(c, round)?;
    let presiding = tie::Presiding::load(c, scene.evaluation.id)?;
    let tied = tie::standing(c, scene.evaluation.id, &topics)?
        .into_iter()
        .map(|group| {
            let member = presiding.over(group.topic).cloned();
            (group, member)
        })
        .collect();
    Ok(LotsRead {
        drawings: drawings(c, scene.evaluation.id)?,
        tied,
        scene,
    })
}
