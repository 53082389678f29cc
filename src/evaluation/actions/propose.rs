//! The panel of an earlier round, proposed for one made from it.

use super::{panel, scene};
use crate::db::Tx;
use crate::error::Result;
use crate::evaluation::input::{PanelInput, SeatInput};
use crate::evaluation::store;
use crate::ids::RoundId;
use crate::who::Actor;

/// Seats those of the earlier panel who still may be: an account in use that holds the reviewer's role.
pub fn propose(tx: &mut Tx, actor: &Actor, from: RoundId, to: RoundId) -> Result<()> {
    if !matches!(actor, Actor::Person(_)) {
        return Ok(());
    }
    let earlier = store::of_round(tx, from)?;
    let scene = scene::scene(tx, actor, to)?;
    let candidates = panel::candidates(tx, &scene)?;
    let members: Vec<SeatInput> = store::panel(tx, earlier.id)?
        .into_iter()
        .filter(|member| {
            candidates
                .iter()
                .any(|person| person.user_id == member.user_id)
        })
        .map(|member| SeatInput {
            user_id: member.user_id,
            seat: member.seat,
        })
        .collect();
    if !members.is_empty() {
        let version = scene.evaluation.version;
        panel::change(tx, actor, to, version, &PanelInput { members })?;
    }
    Ok(())
}
