//! The list of rooms: adding a room is its folder, its migrations and a line here.

use crate::web::Room;
use crate::{
    acceptance, bids, contracts, joint, opening, projects, rounds, shares, showcase, similar,
};

pub const ALL: &[&Room] = &[
    &rounds::room::ROOM,
    &opening::room::ROOM,
    &bids::room::ROOM,
    &similar::room::ROOM,
    &joint::room::ROOM,
    &shares::room::ROOM,
    &contracts::room::ROOM,
    &projects::room::ROOM,
    &acceptance::room::ROOM,
    &showcase::room::ROOM,
];
