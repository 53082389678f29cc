//! The list of rounds.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::rounds::RoundState;
use crate::rounds::api::RoundsQuery;
use crate::web::{Ask, Page};
use crate::who::Role;

/// `GET /rounds`
pub fn list(ask: &mut Ask) -> Result<Page> {
    let query: RoundsQuery = ask.query()?;
    let listing = query.run(ask)?;
    let states: Vec<_> = RoundState::ALL
        .iter()
        .map(|state| (state.as_str(), state.label()))
        .collect();
    let tones: BTreeMap<_, _> = RoundState::ALL
        .iter()
        .map(|state| (state.as_str(), state.tone()))
        .collect();
    Ok(ask
        .paged("rounds/list.html", &listing)
        .with("states", &states)
        .with("labels", &RoundState::labels())
        .with("tones", &tones)
        .with("state", query.state.map_or("", RoundState::as_str))
        .with("year", &query.year)
        .with("may_create", &ask.actor.has(Role::Office)))
}
