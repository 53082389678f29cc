//! The list of rooms: adding a room is its folder, its migrations and a line here.

use crate::web::Room;
use crate::{bids, contracts, opening, rounds, showcase};

pub const ALL: &[&Room] = &[
    &rounds::room::ROOM,
    &opening::room::ROOM,
    &bids::room::ROOM,
    &contracts::room::ROOM,
    &showcase::room::ROOM,
];
