//! The list of rooms, from which everything is folded.

use crate::web::{self, Asked, Room};
use crate::{
    acceptance, attachments, award, bids, checkpoints, complaints, contracts, demo, desk, help,
    holidays, home, joint, login, opening, panel, people, projects, restructure, result, rounds,
    scoring, shares, showcase, similar,
};

/// In the order of the table of routes.
pub const ALL: &[&Room] = &[
    &web::system::ROOM,
    &login::room::ROOM,
    &home::room::ROOM,
    &help::room::ROOM,
    &people::room::ROOM,
    &restructure::room::ROOM,
    &desk::audit::room::ROOM,
    &checkpoints::room::ROOM,
    &holidays::room::ROOM,
    &complaints::room::ROOM,
    &attachments::room::ROOM,
    &demo::room::ROOM,
    &rounds::room::ROOM,
    &desk::round::room::ROOM,
    &opening::room::ROOM,
    &bids::room::ROOM,
    &desk::bid::room::ROOM,
    &similar::room::ROOM,
    &joint::room::ROOM,
    &shares::room::ROOM,
    &panel::room::ROOM,
    &scoring::room::ROOM,
    &desk::scoring::room::ROOM,
    &result::room::ROOM,
    &desk::result::room::ROOM,
    &award::room::ROOM,
    &contracts::room::ROOM,
    &projects::room::ROOM,
    &desk::project::room::ROOM,
    &acceptance::room::ROOM,
    &showcase::room::ROOM,
];

/// What is asked of each for whoever is there, the navigation in its order.
pub fn asked() -> Asked {
    let mut nav: Vec<_> = ALL.iter().flat_map(|room| room.nav).collect();
    nav.sort_by_key(|one| one.place);
    Asked {
        todos: ALL.iter().filter_map(|room| room.todos).collect(),
        nav,
    }
}
