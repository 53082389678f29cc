//! The panel of an earlier round, proposed for one made from it.

use serde_json::json;

use super::seat::{seat_exactly, who_may_sit};
use crate::audit::{self, Chain, Event, Verb};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::RoundId;
use crate::people;
use crate::seats::{SeatInput, store};
use crate::who::{Actor, policy};

/// Seats those of the earlier panel who still may be: an account in use that holds the reviewer's role.
pub fn propose(tx: &mut Tx, actor: &Actor, from: RoundId, to: RoundId) -> Result<()> {
    if !matches!(actor, Actor::Person(_)) {
        return Ok(());
    }
    let earlier = store::of_round(tx, from)?;
    let evaluation = store::of_round(tx, to)?;
    let path = people::organization(tx, evaluation.committee_id)?.path;
    let panel = store::panel(tx, earlier.id)?;
    let asked: Vec<_> = panel.iter().map(|member| member.user_id).collect();
    let may_sit = who_may_sit(tx, &path, &asked)?;
    let members: Vec<SeatInput> = panel
        .into_iter()
        .filter(|member| may_sit.contains(&member.user_id))
        .map(|member| SeatInput {
            user_id: member.user_id,
            seat: member.seat,
        })
        .collect();
    if members.is_empty() {
        return Ok(());
    }
    policy::may_run(actor, &path)?;
    seat_exactly(tx, evaluation.id, &members)?;
    store::update(tx, &evaluation)?;
    let event = Event::new(
        Verb::PanelChanged,
        Chain::Committee(evaluation.committee_id),
        "evaluation",
        evaluation.id.0,
    )
    .organization(evaluation.committee_id)
    .version(evaluation.version + 1)
    .round(to)
    .detail(json!({ "members": members }));
    audit::record(tx, actor, event)
}
