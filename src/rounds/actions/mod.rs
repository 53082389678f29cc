//! What is done with rounds: one function a verb.

mod cancel;
mod create;
pub mod drafting;
mod extend;
pub mod openers;
mod publish;
pub mod questions;
mod read;

pub use cancel::{cancel, cancelled_notice, fate};
pub use create::{change, create, create_from, input_of, topic_input};
pub use extend::extend;
pub use publish::{may_publish, publish};
pub use read::{amendments, list, visible};

use super::Round;
use crate::audit::{Chain, Event, Verb};
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::RoundId;
use crate::people;
use crate::who::{Actor, Role};

/// An event about a round, on its committee's chain.
pub fn event(verb: Verb, round: &Round, version: i64) -> Event {
    Event::new(
        verb,
        Chain::Committee(round.committee_id),
        "round",
        round.id.0,
    )
    .organization(round.committee_id)
    .round(round.id)
    .version(version)
}

/// The committee's path, to hold roles against.
pub fn committee_path(c: &mut Conn, round: &Round) -> Result<String> {
    Ok(people::organization(c, round.committee_id)?.path)
}

/// Takes the round's turn for whoever may see it.
pub fn turn_for_all(tx: &mut Tx, actor: &Actor, id: RoundId) -> Result<Round> {
    let round = super::turn(tx, id)?;
    read::check_visible(tx, actor, &round)?;
    Ok(round)
}

/// Takes the round's turn for its office: not found for who may not see it, refused for who may.
pub fn turn_for_office(tx: &mut Tx, actor: &Actor, id: RoundId) -> Result<Round> {
    let round = super::turn(tx, id)?;
    if matches!(actor, Actor::System) {
        return Ok(round);
    }
    read::check_visible(tx, actor, &round)?;
    let path = committee_path(tx, &round)?;
    actor.require(Role::Office, &path)?;
    Ok(round)
}
